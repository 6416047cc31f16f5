package dev.bramble.cli.local;

import dev.bramble.cli.connect.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One child that is started again whenever it ends, unless its simulated board powered off: then only when somebody
 * switches that on. A thread of its own waits for it.
 *
 * <p>Its stdin is a pipe that only this process holds: when this process is gone, however it went, the child reads the
 * end and stops by itself.
 */
final class Child {
    /** As systemd would be told: long enough for ports to be free again, short enough for a person who waits. */
    static final Duration RESTART_AFTER = Duration.ofSeconds(1);
    /** Whoever lives longer has started; whoever does not will most likely not start the next time either. */
    private static final Duration STARTED_AFTER = Duration.ofSeconds(5);
    /** Deaths at once in a row until the log is shown and the pauses grow. */
    private static final int DEATHS_AT_ONCE_MAX = 3;

    private static final Duration RESTART_AFTER_MAX = Duration.ofSeconds(30);
    /** The agent's and the head's word for "not as I am configured": starting again changes nothing soon. */
    private static final int EXIT_REFUSED = 64;
    /** The agent's word for "my simulated board reboots". */
    private static final int EXIT_REBOOT = 75;
    /** The agent's word for "my simulated board is off". */
    private static final int EXIT_POWEROFF = 76;
    /** A file in the folder of a node whose board is off that switches it on. */
    private static final String POWER_ON = "power-on";

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** What was printed last is in the pipe already. */
    private static final Duration LAST_WORDS_WITHIN = Duration.ofSeconds(1);
    /** Enough for the sentence at the end of a stack trace. */
    private static final int TAIL_LINES = 12;

    private final ChildSpec spec;
    private final Runnable changed;
    private final Consumer<String> notice;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread keeper;
    private volatile Process process;
    private volatile int deathsAtOnce;
    private volatile boolean isRefused;
    private volatile boolean isOff;
    private boolean isRebooting;

    /**
     * @param changed called after each start and end
     * @param notice told sentences for the user
     */
    Child(ChildSpec spec, Runnable changed, Consumer<String> notice) {
        this.spec = spec;
        this.changed = changed;
        this.notice = notice;
        this.keeper = Thread.ofPlatform().name("keep-" + spec.name()).daemon().unstarted(this::keep);
    }

    ChildSpec spec() {
        return spec;
    }

    /** Its process now; empty between an end and the next start. */
    Optional<Long> pid() {
        Process current = process;
        return current != null && current.isAlive() ? Optional.of(current.pid()) : Optional.empty();
    }

    /** Whether it dies at once again and again, or said that it can never run as it is. */
    boolean isHopeless() {
        return isRefused || deathsAtOnce >= DEATHS_AT_ONCE_MAX;
    }

    /** Whether its simulated board has powered off. */
    boolean isOff() {
        return isOff;
    }

    void start() {
        keeper.start();
    }

    private void keep() {
        while (!isStopping()) {
            long began = System.nanoTime();
            String end = runOnce();
            if (isOff) {
                notice.accept(spec.name() + " has powered off; `touch " + button() + "` switches it on");
            }
            changed.run();
            if (isStopping()) {
                return;
            }
            if (isOff) {
                awaitPowerOn();
                continue;
            }
            if (isRebooting) {
                notice.accept(spec.name() + " reboots");
                awaitStop(RESTART_AFTER);
                continue;
            }
            boolean atOnce = System.nanoTime() - began < STARTED_AFTER.toNanos();
            deathsAtOnce = atOnce ? deathsAtOnce + 1 : 0;
            Duration pause = pause();
            tell(end, pause);
            awaitStop(pause);
        }
    }

    private String runOnce() {
        try {
            ProcessBuilder builder = new ProcessBuilder(spec.command()).redirectErrorStream(true);
            JvmFlags.ENVIRONMENT.forEach(builder.environment()::put);
            JvmFlags.ENVIRONMENT_REMOVED.forEach(builder.environment()::remove);
            Process started = builder.start();
            process = started;
            changed.run();
            if (isStopping()) {
                started.toHandle().destroy();
            }
            // A thread of its own: whatever the child started may hold its stdout open beyond its end.
            Thread log = Thread.ofPlatform()
                    .name("log-" + spec.name())
                    .daemon()
                    .start(() -> spec.log().take(started.getInputStream()));
            int exit = started.waitFor();
            log.join(LAST_WORDS_WITHIN);
            isRefused = exit == EXIT_REFUSED;
            isRebooting = exit == EXIT_REBOOT;
            isOff = exit == EXIT_POWEROFF;
            return ended(exit);
        } catch (IOException e) {
            return "cannot be started: " + Json.reason(e);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return "was interrupted";
        }
    }

    /** Like a board without power: only a hand brings it back. */
    private void awaitPowerOn() {
        while (!isStopping() && isOff) {
            awaitStop(LOOK_EVERY);
            try {
                isOff = !Files.deleteIfExists(button());
            } catch (IOException e) {
                notice.accept("cannot delete " + button() + ": " + Json.reason(e));
                isOff = false;
            }
        }
    }

    private Path button() {
        return spec.folder().resolve(POWER_ON);
    }

    private static String ended(int exit) {
        return exit > 128 ? "was ended by signal " + (exit - 128) : "ended with exit code " + exit;
    }

    private Duration pause() {
        if (isRefused) {
            return RESTART_AFTER_MAX;
        }
        int beyond = Math.max(0, deathsAtOnce - DEATHS_AT_ONCE_MAX + 1);
        Duration pause = RESTART_AFTER.multipliedBy(1L << Math.min(beyond, 10));
        return pause.compareTo(RESTART_AFTER_MAX) < 0 ? pause : RESTART_AFTER_MAX;
    }

    private void tell(String end, Duration pause) {
        StringBuilder text =
                new StringBuilder(spec.name() + " " + end + "; it is started again in " + pause.toSeconds() + " s");
        if (isRefused || deathsAtOnce == DEATHS_AT_ONCE_MAX) {
            text.append("\n").append(lastWords());
        }
        notice.accept(text.toString());
    }

    /** The end of its log, for the user. */
    String lastWords() {
        List<String> lines = spec.log().tail(TAIL_LINES);
        String path = spec.log().path().toString();
        return lines.isEmpty()
                ? "its log " + path + " is empty"
                : "the end of its log " + path + ":\n  " + String.join("\n  ", lines);
    }

    private boolean isStopping() {
        return stopping.getCount() == 0;
    }

    private void awaitStop(Duration longest) {
        try {
            stopping.await(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to end; it is not started again. */
    void askToStop() {
        stopping.countDown();
        Process current = process;
        if (current != null) {
            // Through the handle: Process.destroy would close the pipes, too, and its last words would be lost.
            current.toHandle().destroy();
        }
    }

    /** Waits for its end; kills it when {@code nanosLeft} have passed. */
    void awaitEnd(long nanosLeft) {
        Process current = process;
        try {
            if (current != null && !current.waitFor(Math.max(0, nanosLeft), TimeUnit.NANOSECONDS)) {
                notice.accept(spec.name() + " does not end: it is killed");
                current.destroyForcibly().waitFor();
            }
            keeper.join(Duration.ofSeconds(1));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            current.destroyForcibly();
        }
    }
}
