package dev.bramble.cli.local;

import dev.bramble.cli.console.Pace;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** A supervisor of stand-ins in a process of its own, to be killed: {@code FOLDER HTTP_PORT}. */
public final class StandInSupervisor {
    private StandInSupervisor() {}

    public static void main(String[] arguments) {
        LocalBramble bramble = LocalBramble.prepare(
                LocalBrambleTest.options(
                        Optional.of(Path.of(arguments[0])), Optional.of(2), Integer.parseInt(arguments[1])),
                System.err::println,
                Pace.REAL);
        bramble.start(step -> {});
        System.out.println("up");
        while (true) {
            LockSupport.park(bramble);
        }
    }
}
