package dev.bramble.cli;

import dev.bramble.cli.connect.Endpoint;
import dev.bramble.cli.connect.Profiles;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.cli.local.LocalBramble;
import dev.bramble.cli.local.LocalOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * A local bramble of this process: started, known to other commands through the profile {@code local}, and stopped in
 * order however the process is told to end.
 */
final class LocalRun implements AutoCloseable {
    private final TopCommand top;
    private final ProgressLine line;
    private final Thread hook = new Thread(this::stopAndHalt, "stop-local");
    private final CountDownLatch stopped = new CountDownLatch(1);
    private LocalBramble bramble;

    private LocalRun(TopCommand top) {
        this.top = top;
        this.line = top.progress();
    }

    /** Starts it, shows what is going on, and returns when it serves. */
    static LocalRun start(TopCommand top, LocalOptions options) {
        LocalRun run = new LocalRun(top);
        Runtime.getRuntime().addShutdownHook(run.hook);
        try {
            run.prepare(options)
                    .start(step ->
                            run.line.show(-1, List.of(step), step, top.pace().nanos()));
            run.line.clear();
            top.around().profiles().save(Profiles.LOCAL, run.bramble().endpoint());
            return run;
        } catch (RuntimeException e) {
            run.line.clear();
            run.close();
            throw e;
        }
    }

    /** Under the lock that the hook takes: a stop finds the folder either not made yet or known, and deletes it. */
    private synchronized LocalBramble prepare(LocalOptions options) {
        bramble = LocalBramble.prepare(options, this::tell, top.pace());
        return bramble;
    }

    private void tell(String sentence) {
        line.clear();
        top.err().line(CleanText.lines(sentence));
    }

    synchronized LocalBramble bramble() {
        return bramble;
    }

    /** How to run this program from here. */
    static String command() {
        String home = System.getProperty("bramble.home");
        if (home == null) {
            return "bramble";
        }
        Path here = Path.of("").toAbsolutePath();
        return here.equals(Path.of(home)) ? "./bramble" : home + "/bramble";
    }

    /** Until Ctrl-C, until all boards have powered off, or until somebody stops this process otherwise. */
    void awaitStop() {
        bramble().whenAllOff(() -> {
            tell(
                    bramble().isTemporary()
                            ? "every board has powered off: this run ends, and its temporary folder is deleted"
                            : "every board has powered off: this run ends; `" + command() + " local --dir "
                                    + bramble().folder() + "` switches them on again, and work goes on by itself");
            stopped.countDown();
        });
        try {
            stopped.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** A stop that was asked for is no failure: without this the JVM would end with 128 + signal. */
    private void stopAndHalt() {
        top.err().line("");
        top.err().line("stopping …");
        stop();
        top.out().stream().flush();
        top.err().stream().flush();
        Runtime.getRuntime().halt(ExitCode.DONE.number());
    }

    private void stop() {
        LocalBramble prepared = bramble();
        if (prepared != null) {
            prepared.close();
            forgetProfile(prepared);
        }
        stopped.countDown();
    }

    /** Only our own: another local bramble may have been started since. */
    private void forgetProfile(LocalBramble ours) {
        try {
            Profiles profiles = top.around().profiles();
            boolean isOurs = profiles.find(Profiles.LOCAL)
                    .map(Endpoint::token)
                    .filter(token -> token.equals(ours.endpoint().token()))
                    .isPresent();
            if (isOurs) {
                profiles.remove(Profiles.LOCAL);
            }
        } catch (Failure | IllegalStateException neverUp) {
            // There is no profile of ours.
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyStopping) {
            // The hook stops everything and ends the process; no sentence of ours may overtake it.
            while (true) {
                LockSupport.park(hook);
            }
        }
        stop();
    }
}
