package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bramble.worker.Workers.Ended;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.LogPiece;
import dev.bramble.worker.Workers.PlacedFile;
import dev.bramble.worker.Workers.Printed;
import dev.bramble.worker.Workers.ProcessLimits;
import dev.bramble.worker.Workers.ProcessOrder;
import dev.bramble.worker.Workers.Stdin;
import dev.bramble.worker.Workers.Stream;
import dev.bramble.worker.Workers.Watcher;
import dev.bramble.worker.process.AttemptFolder.Owners;
import dev.bramble.worker.process.Home.Lodging;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** One attempt on this node. What can change belongs to the event loop. */
final class Run {
    /** Linux takes 6 MB of arguments and environment at most; four bytes a character still fit into a frame. */
    private static final int ARGUMENT_CHARS_MAX = 4 << 20;

    /** What the spawner is told instead of a file for stdin. */
    private static final String CHANNELS = "|";
    /** The smallest pipe that a system has: these bytes need no file. */
    private static final int STDIN_BYTES_IN_PIPE_MAX = 4096;

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
    State state = State.PLACING;
    boolean isStopped;
    /** Set once it has a slot, as is its folder. */
    Home home;

    AttemptFolder folder;
    /** Until it is known to have left nothing there, or is discarded. */
    boolean hasFolder;
    /** Once it has. */
    Ended end;
    /** Unknown, 0, until the command has started. */
    volatile long keeperPid;

    long orderedNanos;

    private final boolean hasChannels;
    /** What was copied into the folder for a task that is the agent's own user. */
    private volatile long placedBytes;

    private volatile Optional<Path> stdinFile = Optional.empty();

    /** @param hasChannels stdin and stdout are FIFOs in its folder */
    Run(ProcessOrder order, Watcher watcher, boolean hasChannels) {
        this.order = order;
        this.watcher = watcher;
        this.hasChannels = hasChannels;
    }

    /** Whether something has to be put into its folder. */
    boolean hasFiles() {
        return !order.files().isEmpty()
                || !order.checkpoint().isEmpty()
                || order.stdin() instanceof Stdin.Bytes(byte[] bytes) && bytes.length > STDIN_BYTES_IN_PIPE_MAX;
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

    /**
     * Fills the folder. Blocks.
     *
     * @param isHomeNew it has to be made first
     */
    void place(Lodging.State state, boolean isHomeNew, Owners owners) throws IOException {
        if (isHomeNew) {
            Home.make(home.path, owners);
        }
        switch (state) {
            case READY -> {}
            case SEALED -> folder.unseal();
            case NEW -> folder.make(owners);
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
        for (PlacedFile file : order.checkpoint()) {
            try {
                folder.placeCheckpoint(file, owners);
            } catch (IOException e) {
                throw new IOException(
                        "the file " + Sentences.quote(file.name()) + " of its checkpoint: " + reason(e), e);
            }
        }
        placedBytes = copiedBytes;
        if (order.stdin() instanceof Stdin.Bytes(byte[] bytes) && bytes.length > STDIN_BYTES_IN_PIPE_MAX) {
            stdinFile = Optional.of(folder.stdin(bytes, owners));
        }
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
        Frame frame = Frame.of("start", order.attempt(), home.slot, home.path, folder.path())
                .with(untilMillis(), graceMillis())
                .withBytes(stdin())
                .with(
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

    private long untilMillis() {
        return order.guard().map(guard -> millis(guard.untilNanos())).orElse(0L);
    }

    private long graceMillis() {
        return order.guard().map(guard -> guard.grace().toMillis()).orElse(0L);
    }

    /** Java's clock is the kernel's monotonic one, which the keeper reads, too. */
    static long millis(long nanos) {
        return nanos / 1_000_000;
    }

    private byte[] stdin() {
        if (hasChannels) {
            return CHANNELS.getBytes(UTF_8);
        }
        if (stdinFile.isPresent()) {
            return stdinFile.get().toString().getBytes(UTF_8);
        }
        return switch (order.stdin()) {
            case Stdin.Empty _ -> new byte[0];
            case Stdin.FromFile from -> from.file().toString().getBytes(UTF_8);
            case Stdin.Bytes(byte[] bytes) -> {
                byte[] field = new byte[1 + bytes.length];
                field[0] = '=';
                System.arraycopy(bytes, 0, field, 1, bytes.length);
                yield field;
            }
        };
    }

    Ended ended(SpawnerReply.Ended ended) {
        Exit exit = ended.breach()
                .<Exit>map(breach -> overLimit(ended.exit(), breach))
                .orElse(ended.exit());
        Printed stdout = printed(Stream.STDOUT, ended.stdoutBytes(), ended.stdout());
        Printed stderr = hasChannels
                ? new Printed.InMemory(ended.stderr())
                : printed(Stream.STDERR, ended.stderrBytes(), ended.stderr());
        return new Ended(exit, ended.millis(), stdout, stderr, ended.cut());
    }

    private Printed printed(Stream stream, long sizeBytes, byte[] held) {
        return held.length == sizeBytes
                ? new Printed.InMemory(held)
                : new Printed.InFile(folder.stream(stream), sizeBytes);
    }

    private Exit overLimit(Exit exit, SpawnerReply.Breach breach) {
        if (breach.limit() == SpawnerReply.Breach.Limit.LEASE) {
            return switch (exit) {
                case Exit.Code(int code) -> new Exit.Lapsed(code);
                case Exit.Signal(int number) -> new Exit.Lapsed(128 + number);
                case Exit.OverLimit _, Exit.NotStarted _, Exit.Lost _, Exit.Lapsed _ -> exit;
            };
        }
        String sentence = Sentences.of(breach, order.limits());
        return switch (exit) {
            case Exit.Code(int code) -> code == 0 ? exit : new Exit.OverLimit(code, sentence);
            case Exit.Signal(int number) -> new Exit.OverLimit(128 + number, sentence);
            case Exit.OverLimit _, Exit.NotStarted _, Exit.Lost _, Exit.Lapsed _ -> exit;
        };
    }

    Ended notStarted(String sentence) {
        return new Ended(new Exit.NotStarted(sentence), 0, Printed.NOTHING, Printed.NOTHING, false);
    }

    /** Its lease ran out before it began. */
    Ended lapsed() {
        return new Ended(new Exit.Lapsed(-1), 0, Printed.NOTHING, Printed.NOTHING, false);
    }

    /** The spawner died while it ran. */
    Ended lost(String sentence, long nowNanos) {
        long millis = Duration.ofNanos(nowNanos - orderedNanos).toMillis();
        byte[] nothing = {};
        return new Ended(
                new Exit.Lost(sentence),
                millis,
                printed(Stream.STDOUT, sizeBytes(Stream.STDOUT), nothing),
                printed(Stream.STDERR, sizeBytes(Stream.STDERR), nothing),
                false);
    }

    /** A piece of what it printed, if that is known to lie in memory. */
    Optional<LogPiece> heldLog(Stream stream, long offset, int bytesMax) {
        if (end == null) {
            return Optional.empty();
        }
        return switch (stream == Stream.STDOUT ? end.stdout() : end.stderr()) {
            case Printed.InFile _ -> Optional.empty();
            case Printed.InMemory(byte[] bytes) -> {
                int from = Math.clamp(offset, 0, bytes.length);
                int to = Math.min(bytes.length, from + bytesMax);
                yield Optional.of(new LogPiece(offset, Arrays.copyOfRange(bytes, from, to), bytes.length));
            }
        };
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

    /** Empties its folder for another attempt of the job. False when it has to go. Blocks for a moment. */
    boolean empty() {
        try {
            boolean hasRun = keeperPid != 0;
            return hasRun && !hasChannels && folder.empty(order.files());
        } catch (IOException | RuntimeException notAsItWas) {
            return false;
        }
    }
}
