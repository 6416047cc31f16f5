package dev.bramble.cli;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.util.List;
import java.util.function.Function;

/** Does something to each of the things that a command names, even if it cannot be done to another. */
final class OneByOne {
    private OneByOne() {}

    /**
     * @param kind what they are, as it stands before a name, such as {@code "job "}
     * @param deed does it to one and says what came of it
     * @return what became of the first that failed
     * @throws Failure when the only one failed
     */
    static ExitCode act(TopCommand top, String kind, List<String> names, Function<String, String> deed) {
        Failure first = null;
        for (String name : names) {
            try {
                top.out().line(deed.apply(name));
            } catch (Failure failure) {
                if (names.size() == 1) {
                    throw failure;
                }
                top.err().line(kind + CleanText.line(name) + ": " + failure.getMessage());
                first = first == null ? failure : first;
            }
        }
        return first == null ? ExitCode.DONE : first.code();
    }
}
