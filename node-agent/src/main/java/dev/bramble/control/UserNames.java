package dev.bramble.control;

import dev.bramble.ledger.Happening;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What users may be called. */
public final class UserNames {
    public static final int CHARS_MAX = 64;

    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9._@-]{0," + (CHARS_MAX - 1) + "}");
    /** The audit trail says these of what no user did. */
    private static final Set<String> TAKEN = Set.of(Happening.BRAMBLE, "founding", "retention", "setup", "nobody");

    private UserNames() {}

    /** What is wrong with it, as the end of a sentence that begins with its field's name; empty when nothing is. */
    public static Optional<String> problem(String name) {
        if (!FORM.matcher(name).matches()) {
            return Optional.of("must be 1 to " + CHARS_MAX + " small letters, digits, dots, dashes, underscores and @,"
                    + " and begin with a letter or digit");
        }
        return TAKEN.contains(name)
                ? Optional.of("is a name that the bramble uses for itself: choose another")
                : Optional.empty();
    }
}
