package dev.bramble.trust;

import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.util.regex.Pattern;

/**
 * What a node says of itself when it asks to join. Only the role is binding; name and serial are its own word, shown to
 * whoever admits it.
 *
 * @param name for people: 1 to 63 letters, digits, dots, dashes and underscores, as in a host name
 * @param boardSerial serial of its board, or the id that stands in: 1 to 64 visible ASCII characters
 */
public record Applicant(String name, String boardSerial, NodeRole role) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern SERIAL = Pattern.compile("[\\x21-\\x7e]{1,64}");

    /** @throws RefusedException INVALID, when name or serial has another form */
    public Applicant {
        if (!NAME.matcher(name).matches()) {
            throw refused(
                    "the node's name must be 1 to 63 letters, digits, dots, dashes or underscores, beginning with a"
                            + " letter or digit; set another one in its configuration");
        }
        if (!SERIAL.matcher(boardSerial).matches()) {
            throw refused("the board's serial must be 1 to 64 visible ASCII characters without blanks");
        }
    }

    private static RefusedException refused(String sentence) {
        return new RefusedException(Refusal.Kind.INVALID, sentence);
    }
}
