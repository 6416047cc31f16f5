package dev.bramble.cli;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Terminal.Asker;

/** Asks before something that cannot be taken back. */
final class Questions {
    private Questions() {}

    /** The user's answer; a {@link Failure} when nobody is there to give one. */
    static boolean confirms(TopCommand top, String question) {
        Asker asker = top.around()
                .terminal()
                .asker()
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE, "this must be confirmed, and there is no terminal to ask on: say --yes"));
        return asker.confirms(question);
    }
}
