package dev.bramble.agent;

import dev.bramble.model.PowerAct;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** The life of an agent's or a head's process: one configuration, one folder, one sentence when it ends badly. */
public final class MemberProcess {
    /** A restart changes nothing: the configuration or the bramble says no. */
    public static final int EXIT_REFUSED = 64;
    /** A restart may help. */
    public static final int EXIT_FAILED = 70;

    /** A simulated board reboots: its supervisor starts it again at once. */
    public static final int EXIT_REBOOT = 75;
    /** A simulated board is off: its supervisor leaves it so until it is switched on. */
    public static final int EXIT_POWEROFF = 76;

    /** Held until the process ends: a channel that nobody refers to is closed, and its lock with it. */
    private static final List<FileChannel> LOCKED_FOLDERS = new CopyOnWriteArrayList<>();

    /** What to close at the end; null while it still starts. */
    private static volatile AutoCloseable running;

    private static final AtomicBoolean ENDING = new AtomicBoolean();

    private MemberProcess() {}

    /** What the process is for. */
    @FunctionalInterface
    public interface Start {
        /** @return what to close when the process ends */
        AutoCloseable from(Path configFile) throws Exception;
    }

    /** Starts from the one argument and lives until a signal, or {@link #refused}. */
    public static void run(String[] arguments, String usage, Start start) {
        if (arguments.length != 1) {
            exit(EXIT_REFUSED, "usage: " + usage);
            return;
        }
        try {
            // Before anything starts: what starts may already end the process, from another thread.
            Runtime.getRuntime().addShutdownHook(new Thread(MemberProcess::close, "shutdown"));
            running = start.from(Path.of(arguments[0]));
            // Every other thread is a daemon: this one keeps the process until something ends it.
            Thread.ofPlatform().name("process-lives").start(MemberProcess::forever);
        } catch (RefusedException refused) {
            refused(sentence(refused));
        } catch (Exception failure) {
            exit(EXIT_FAILED, sentence(failure));
        }
    }

    private static void forever() {
        while (true) {
            LockSupport.park(MemberProcess.class);
        }
    }

    private static void close() {
        AutoCloseable started = running;
        if (started == null) {
            return;
        }
        try {
            started.close();
        } catch (Exception failure) {
            System.err.println("while stopping: " + sentence(failure));
        }
    }

    /** Ends the process for good: it can never run as it is. From any thread. */
    public static void refused(String sentence) {
        exit(EXIT_REFUSED, sentence);
    }

    /** Ends the process; another start may help. From any thread. */
    public static void failed(String sentence) {
        exit(EXIT_FAILED, sentence);
    }

    /** Ends the process as the board that it plays would. From any thread. */
    static void power(PowerAct act) {
        switch (act) {
            case REBOOT -> exit(EXIT_REBOOT, "the simulated board reboots");
            case POWEROFF -> exit(EXIT_POWEROFF, "the simulated board powers off");
        }
    }

    static void exit(int status, String sentence) {
        if (!ENDING.compareAndSet(false, true)) {
            // What fails after the first reason, fails because of it.
            return;
        }
        System.err.println(sentence);
        // From the event loop an exit would wait for hooks that wait for the loop.
        Thread.ofPlatform().start(() -> System.exit(status));
    }

    /** One process per folder: a second one would write into the first one's ledger. */
    static void lock(Path dir) throws IOException {
        Files.createDirectories(
                dir, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        FileChannel lock = FileChannel.open(dir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        LOCKED_FOLDERS.add(lock);
        if (lock.tryLock() == null) {
            throw new RefusedException(
                    Refusal.Kind.CONFLICT,
                    "another process uses " + dir + ": stop it, or give this one a folder of its own");
        }
    }

    /** The supervisor holds our stdin open: when it is gone, so are we. */
    static void stopAtStdinEnd() {
        Thread.ofPlatform().daemon().name("stdin").start(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Whatever is written there means nothing.
                    continue;
                }
            } catch (IOException closed) {
                // The same as its end.
            }
            System.exit(0);
        });
    }

    /** What a failure means, for people; all mistakes when there are several. */
    static String sentence(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof RefusedException refused) {
            StringBuilder text = new StringBuilder(refused.refusal().sentence());
            for (Problem problem : refused.refusal().problems()) {
                text.append("\n  ").append(problem);
            }
            return text.toString();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
