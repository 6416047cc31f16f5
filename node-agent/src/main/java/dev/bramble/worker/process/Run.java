package dev.bramble.worker.process;

import dev.bramble.worker.Workers.Ended;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.PlacedFile;
import dev.bramble.worker.Workers.ProcessLimits;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.Workers.Stream;
import dev.bramble.worker.Workers.Watcher;
import dev.bramble.worker.process.AttemptFolder.Owners;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One attempt on this node. What can change belongs to the event loop. */
final class Run {
    /** Linux takes 6 MB of arguments and environment at most; four bytes a character still fit into a frame. */
    private static final int ARGUMENT_CHARS_MAX = 4 << 20;

    /** What the spawner is told instead of a file for stdin. */
    private static final String CHANNELS = "|";

    /** The way to its folder, made anew in the task's own /tmp when the agent's folder lies there. */
    private static final long OWN_FOLDERS_BYTES_MAX = 64 << 10;
    /** A file system gives whole ones. */
    private static final long BLOCK_BYTES = 4096;

    private static final Duration KEEPER_POLL = Duration.ofMillis(5);

    enum State {
        /** Its folder is being filled. */
        PLACING,
        /** Its folder is filled; it waits for a spawner. */
        PLACED,
        /** The spawner has it; it runs or will. */
        ORDERED,
        /** Reported; its folder stays until it is discarded. */
        ENDED
    }

    final ProcessOrder order;
    final Watcher watcher;
    final AttemptFolder folder;
    State state = State.PLACING;
    int slot;
    boolean isStopped;
    /** Unknown, 0, until the command has started. */
    volatile long keeperPid;

    long orderedNanos;
    /** The last of stderr, once it has ended, if it had channels. */
    byte[] stderrTail = {};

    private final boolean hasChannels;
    /** What was copied into the folder for a task that is the agent's own user. */
    private volatile long placedBytes;

    private volatile Optional<Path> stdin = Optional.empty();

    /** @param hasChannels stdin and stdout are FIFOs in its folder instead of files */
    Run(ProcessOrder order, Watcher watcher, AttemptFolder folder, boolean hasChannels) {
        this.order = order;
        this.watcher = watcher;
        this.folder = folder;
        this.hasChannels = hasChannels;
    }

    /** Why {@code order} cannot be given to any system. */
    static Optional<String> refusal(ProcessOrder order) {
        if (order.argv().isEmpty()) {
            return Optional.of("the command is empty: name a program");
        }
        long chars = order.argv().stream().mapToLong(String::length).sum();
        for (String argument : order.argv()) {
            if (argument.indexOf('\0') >= 0) {
                return Optional.of("the argument " + Sentences.quote(argument)
                        + " has a NUL in it, which no program can be given: pass it in a file");
            }
        }
        for (Map.Entry<String, String> variable : order.env().entrySet()) {
            String name = variable.getKey();
            if (name.isEmpty() || name.indexOf('=') >= 0 || (name + variable.getValue()).indexOf('\0') >= 0) {
                return Optional.of("the variable " + Sentences.quote(name)
                        + " cannot be set: a name needs a letter and no '=', and neither part may have a NUL");
            }
            chars += name.length() + variable.getValue().length();
        }
        if (chars > ARGUMENT_CHARS_MAX) {
            return Optional.of("the arguments and the environment have " + chars + " characters, more than "
                    + ARGUMENT_CHARS_MAX + ": pass them in a file");
        }
        return Optional.empty();
    }

    /** Fills the folder. Blocks. */
    void place(Owners owners, EmptiedFolders emptied) throws IOException {
        Optional<Path> ready = hasChannels ? Optional.empty() : emptied.take(kind(owners));
        if (ready.isPresent()) {
            folder.make(owners, ready.get());
        } else {
            folder.make(owners);
        }
        long copiedBytes = 0;
        for (PlacedFile file : order.files()) {
            try {
                folder.place(file, owners);
                copiedBytes += owners.task() == owners.agent() ? Files.size(file.source()) + BLOCK_BYTES : 0;
            } catch (IOException e) {
                throw new IOException("the file " + Sentences.quote(file.name()) + ": " + reason(e), e);
            }
        }
        placedBytes = copiedBytes;
        stdin = folder.stdin(order.stdin(), owners);
    }

    /** What went wrong, in words: the exceptions of files often say no more than a path. */
    static String reason(Exception failure) {
        return switch (failure) {
            case NoSuchFileException e -> e.getFile() + " is not there";
            case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
            case UncheckedIOException e -> reason(e.getCause());
            default -> failure.getMessage();
        };
    }

    /** The order for the spawner. */
    Frame frame() {
        ProcessLimits limits = order.limits();
        Frame frame = Frame.of(
                "start",
                order.attempt(),
                slot,
                folder.path(),
                hasChannels ? CHANNELS : stdin.map(Path::toString).orElse(""),
                limits.streamBytes(),
                limits.milliCpus(),
                limits.memoryBytes(),
                limits.processes(),
                limits.diskBytes() + placedBytes + OWN_FOLDERS_BYTES_MAX,
                order.argv().size());
        order.argv().forEach(frame::with);
        order.env().forEach((name, value) -> frame.with(name + "=" + value));
        return frame.with("HOME=" + folder.work(), "BRAMBLE_CHECKPOINT_DIR=" + folder.checkpoint());
    }

    Ended ended(SpawnerReply.Ended ended) {
        stderrTail = ended.stderrTail();
        Exit exit = ended.breach()
                .<Exit>map(breach -> overLimit(ended.exit(), breach))
                .orElse(ended.exit());
        return ended(exit, ended.millis(), ended.stdoutBytes(), ended.stderrBytes(), ended.cut());
    }

    private Exit overLimit(Exit exit, SpawnerReply.Breach breach) {
        String sentence = Sentences.of(breach, order.limits());
        return switch (exit) {
            case Exit.Code(int code) -> code == 0 ? exit : new Exit.OverLimit(code, sentence);
            case Exit.Signal(int number) -> new Exit.OverLimit(128 + number, sentence);
            case Exit.OverLimit _, Exit.NotStarted _, Exit.Lost _ -> exit;
        };
    }

    Ended notStarted(String sentence) {
        return ended(new Exit.NotStarted(sentence), 0, 0, 0, false);
    }

    /** The spawner died while it ran. */
    Ended lost(String sentence, long nowNanos) {
        long millis = Duration.ofNanos(nowNanos - orderedNanos).toMillis();
        return ended(new Exit.Lost(sentence), millis, sizeBytes(Stream.STDOUT), sizeBytes(Stream.STDERR), false);
    }

    private Ended ended(Exit exit, long millis, long stdoutBytes, long stderrBytes, boolean cut) {
        Path stdout = folder.stream(Stream.STDOUT);
        Path stderr = folder.stream(Stream.STDERR);
        return new Ended(exit, millis, stdoutBytes, stderrBytes, cut, stdout, stderr);
    }

    private long sizeBytes(Stream stream) {
        try {
            return Files.size(folder.stream(stream));
        } catch (IOException neverOpened) {
            return 0;
        }
    }

    /** Blocks until the keeper is gone, whose spawner has died; with it goes all that it kept. */
    void awaitKeeperEnd(long deadlineNanos) {
        while (keeperPid != 0 && isAlive(keeperPid) && System.nanoTime() < deadlineNanos) {
            LockSupport.parkNanos(KEEPER_POLL.toNanos());
        }
    }

    private static boolean isAlive(long pid) {
        try {
            // "pid (name) S …": a zombie has ended, though nobody may have asked for its exit code.
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0;
        } catch (IOException gone) {
            return false;
        }
    }

    private EmptiedFolders.Kind kind(Owners owners) {
        return new EmptiedFolders.Kind(order.job(), owners.task());
    }

    /**
     * Keeps the folder for the next attempt of the job if nothing is in it, else it is deleted. Blocks for a moment.
     */
    void discard(Owners owners, EmptiedFolders emptied, Optional<String> veil, Trash trash) throws IOException {
        if (!isEmptied(veil)) {
            throwInto(trash);
            return;
        }
        Optional<Path> tooMany = emptied.keep(kind(owners), folder.path());
        if (tooMany.isPresent()) {
            trash.take(tooMany.get());
        }
    }

    private boolean isEmptied(Optional<String> veil) {
        try {
            boolean hasRun = keeperPid != 0;
            return hasRun && !hasChannels && folder.empty(order.files(), veil);
        } catch (IOException | RuntimeException notAsItWas) {
            return false;
        }
    }

    /** Blocks for a moment. */
    private void throwInto(Trash trash) throws IOException {
        if (Files.exists(folder.path(), LinkOption.NOFOLLOW_LINKS)) {
            trash.take(folder.path());
        }
    }
}
