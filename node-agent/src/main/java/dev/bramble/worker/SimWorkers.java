package dev.bramble.worker;

import dev.bramble.model.AttemptId;
import dev.bramble.time.EventLoop;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Processes that exist only in a simulation: what each would do is decided when it is ordered, and the loop's time does
 * the rest. There are no files: paths are names for {@link #bytes}.
 */
public final class SimWorkers implements Workers {
    /**
     * What one process does.
     *
     * @param duration from its start to its own end
     * @param exit how it ends then; {@link Exit.NotStarted} for one that never starts
     * @param onTerm how it ends at once when it is stopped; empty for one that must be killed after the grace
     * @param files that it leaves in its folder, by name
     * @param checkpoint that it leaves in its checkpoint folder, by name
     */
    public record Play(
            Duration duration,
            Exit exit,
            Optional<Exit> onTerm,
            byte[] stdout,
            byte[] stderr,
            NavigableMap<String, byte[]> files,
            NavigableMap<String, byte[]> checkpoint) {
        /** Without a checkpoint. */
        public Play(
                Duration duration,
                Exit exit,
                Optional<Exit> onTerm,
                byte[] stdout,
                byte[] stderr,
                NavigableMap<String, byte[]> files) {
            this(duration, exit, onTerm, stdout, stderr, files, new TreeMap<>());
        }

        /** Prints nothing, leaves nothing, and ends by SIGTERM when it is stopped. */
        public static Play of(Duration duration, Exit exit) {
            byte[] nothing = {};
            return new Play(duration, exit, Optional.of(new Exit.Signal(SIGTERM)), nothing, nothing, new TreeMap<>());
        }
    }

    /** The same as HELD_BYTES in keeper.pl. */
    private static final int PRINTED_BYTES_IN_MEMORY_MAX = 4096;

    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;

    private final EventLoop loop;
    private final EventLoop machine;
    private final Function<ProcessOrder, Play> plays;
    private final Map<AttemptId, Run> runs = new TreeMap<>();
    private long pids;
    private long diskBytes = Long.MAX_VALUE;
    private boolean halted;
    private Consumer<AttemptId> gone = attempt -> {};
    private Supplier<Duration> guardsLateness = () -> Duration.ZERO;

    private static final class Run {
        final ProcessOrder order;
        final Watcher watcher;
        final Play play;
        final long beganNanos;
        final long diskBytes;
        boolean ended;
        boolean lapsed;
        long untilNanos;

        Run(ProcessOrder order, Watcher watcher, Play play, long beganNanos, long diskBytes) {
            this.order = order;
            this.watcher = watcher;
            this.play = play;
            this.beganNanos = beganNanos;
            this.diskBytes = diskBytes;
            this.untilNanos = order.guard().map(Guard::untilNanos).orElse(Long.MAX_VALUE);
        }

        Path folder() {
            return Path.of("/simulated", order.attempt().toString());
        }

        Path work() {
            return folder().resolve("work");
        }

        Path checkpoint() {
            return folder().resolve("checkpoint");
        }

        byte[] file(Path path) {
            return path.startsWith(work())
                    ? play.files().get(work().relativize(path).toString())
                    : play.checkpoint().get(checkpoint().relativize(path).toString());
        }

        byte[] kept(Stream stream) {
            byte[] all = stream == Stream.STDOUT ? play.stdout() : play.stderr();
            long room = Math.min(order.limits().streamBytes(), diskBytes);
            return Arrays.copyOf(all, (int) Math.min(all.length, room));
        }
    }

    /** @param plays decides what each ordered process does; the same order must give the same play */
    public SimWorkers(EventLoop loop, Function<ProcessOrder, Play> plays) {
        this(loop, loop, plays);
    }

    /** @param machine on which processes and their guards go on while the agent's loop stands still */
    public SimWorkers(EventLoop loop, EventLoop machine, Function<ProcessOrder, Play> plays) {
        this.loop = loop;
        this.machine = machine;
        this.plays = plays;
    }

    /** Told at the very moment when a process is gone, be the agent awake or not. */
    public void whenGone(Consumer<AttemptId> told) {
        gone = told;
    }

    /** How late a guard is with each thing that it does, as on a machine that is busy with something else. */
    public void guardsAreLate(Supplier<Duration> lateness) {
        guardsLateness = lateness;
    }

    /** The disk fills up: of each stream of what starts from now on it takes so much. */
    public void diskTakes(long bytes) {
        diskBytes = bytes;
    }

    /** The attempts that run now, for invariants. */
    public Set<AttemptId> running() {
        Set<AttemptId> running = new TreeSet<>();
        runs.forEach((attempt, run) -> {
            if (!run.ended) {
                running.add(attempt);
            }
        });
        return running;
    }

    /** The node dies: nothing runs any more, and nobody is told. */
    public void halt() {
        halted = true;
        runs.clear();
    }

    /** What is at a path that this gave out. */
    public Optional<byte[]> bytes(Path path) {
        return runs.values().stream()
                .filter(run -> path.startsWith(run.folder()))
                .findFirst()
                .map(run -> switch (run.folder().relativize(path).toString()) {
                    case "out" -> run.kept(Stream.STDOUT);
                    case "err" -> run.kept(Stream.STDERR);
                    default -> run.file(path);
                });
    }

    @Override
    public Privilege privilege() {
        return new Privilege(Level.BOARD, "tasks are simulated");
    }

    @Override
    public void start(ProcessOrder order, Watcher watcher) {
        Run run = new Run(order, watcher, plays.apply(order), loop.nanos(), diskBytes);
        if (runs.putIfAbsent(order.attempt(), run) != null) {
            Exit exit = new Exit.NotStarted("attempt " + order.attempt() + " is here already");
            loop.execute(() -> watcher.ended(ended(run, exit)));
        } else if (run.untilNanos - loop.nanos() <= 0) {
            run.lapsed = true;
            later(Duration.ZERO, () -> end(run, new Exit.Lapsed(-1)));
        } else if (run.play.exit() instanceof Exit.NotStarted) {
            later(Duration.ZERO, () -> end(run, run.play.exit()));
        } else {
            long pid = ++pids;
            onLoop(() -> {
                if (!run.ended) {
                    watcher.started(pid);
                }
            });
            later(run.play.duration(), () -> end(run, run.play.exit()));
            order.guard().ifPresent(guard -> watch(run, guard.grace()));
        }
    }

    /** The guard. */
    private void watch(Run run, Duration grace) {
        later(Duration.ofNanos(Math.max(0, run.untilNanos - loop.nanos())), () -> {
            if (run.ended) {
                return;
            }
            if (loop.nanos() < run.untilNanos) {
                watch(run, grace);
                return;
            }
            later(guardsLateness.get(), () -> {
                if (!run.ended) {
                    run.lapsed = true;
                    stop(run.order.attempt(), grace.plus(guardsLateness.get()));
                }
            });
        });
    }

    @Override
    public void renew(AttemptId attempt, long untilNanos) {
        Run run = runs.get(attempt);
        if (run != null && loop.nanos() < run.untilNanos) {
            run.untilNanos = Math.max(run.untilNanos, untilNanos);
        }
    }

    @Override
    public void stop(AttemptId attempt, Duration grace) {
        Run run = runs.get(attempt);
        if (run != null) {
            run.play.onTerm().ifPresent(exit -> later(Duration.ZERO, () -> end(run, exit)));
            later(grace, () -> end(run, new Exit.Signal(SIGKILL)));
        }
    }

    private void later(Duration delay, Runnable step) {
        machine.after(delay, () -> {
            if (!halted) {
                step.run();
            }
        });
    }

    private void onLoop(Runnable step) {
        loop.execute(() -> {
            if (!halted) {
                step.run();
            }
        });
    }

    private void end(Run run, Exit exit) {
        if (!run.ended) {
            run.ended = true;
            gone.accept(run.order.attempt());
            Ended end = ended(run, run.lapsed ? lapsed(exit) : exit);
            if (loop == machine) {
                run.watcher.ended(end);
            } else {
                onLoop(() -> run.watcher.ended(end));
            }
        }
    }

    private static Exit lapsed(Exit exit) {
        return switch (exit) {
            case Exit.Code(int code) -> new Exit.Lapsed(code);
            case Exit.Signal(int number) -> new Exit.Lapsed(128 + number);
            case Exit.OverLimit _, Exit.NotStarted _, Exit.Lost _, Exit.Lapsed _ -> exit;
        };
    }

    private Ended ended(Run run, Exit exit) {
        byte[] out = run.kept(Stream.STDOUT);
        byte[] err = run.kept(Stream.STDERR);
        return new Ended(
                exit,
                Duration.ofNanos(loop.nanos() - run.beganNanos).toMillis(),
                printed(out, run.folder().resolve("out")),
                printed(err, run.folder().resolve("err")),
                out.length < run.play.stdout().length || err.length < run.play.stderr().length);
    }

    private static Printed printed(byte[] bytes, Path file) {
        return bytes.length <= PRINTED_BYTES_IN_MEMORY_MAX
                ? new Printed.InMemory(bytes)
                : new Printed.InFile(file, bytes.length);
    }

    /** All that a process prints is there from its start. */
    @Override
    public CompletionStage<Optional<LogPiece>> log(AttemptId attempt, Stream stream, long offset, int bytesMax) {
        Optional<LogPiece> piece = Optional.ofNullable(runs.get(attempt)).map(run -> {
            byte[] all = run.kept(stream);
            int from = Math.clamp(offset, 0, all.length);
            return new LogPiece(
                    offset, Arrays.copyOfRange(all, from, from + Math.min(bytesMax, all.length - from)), all.length);
        });
        return completed(piece);
    }

    @Override
    public CompletionStage<Collected> collect(AttemptId attempt, List<String> patterns) {
        Run run = runs.get(attempt);
        if (run == null || !run.ended) {
            return completed(new Collected(List.of(), List.of("attempt " + attempt + " has not ended here")));
        }
        List<CollectedFile> files = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (String pattern : patterns) {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            List<String> matches = run.play.files().keySet().stream()
                    .filter(name -> matcher.matches(Path.of(name)))
                    .toList();
            names.addAll(matches);
            if (matches.isEmpty()) {
                problems.add("no file matches the output '" + pattern + "'");
            }
        }
        for (String name : names) {
            Path path = run.work().resolve(name);
            files.add(new CollectedFile(name, path, run.play.files().get(name).length, false));
        }
        return completed(new Collected(files, problems));
    }

    @Override
    public CompletionStage<Collected> collectCheckpoint(AttemptId attempt, long bytesMax) {
        Run run = runs.get(attempt);
        List<CollectedFile> files = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<String, byte[]> left : run.play.checkpoint().entrySet()) {
            Path path = run.checkpoint().resolve(left.getKey());
            files.add(new CollectedFile(left.getKey(), path, left.getValue().length, false));
            bytes += left.getValue().length;
        }
        return completed(
                bytes > bytesMax
                        ? new Collected(List.of(), List.of("the checkpoint has " + bytes + " bytes"))
                        : new Collected(files, List.of()));
    }

    private <T> CompletionStage<T> completed(T value) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        onLoop(() -> answer.complete(value));
        return answer;
    }

    @Override
    public byte[] read(CollectedFile file) throws IOException {
        return bytes(file.path()).orElseThrow(() -> new FileNotFoundException("no simulated file " + file.path()));
    }

    @Override
    public void discard(AttemptId attempt) {
        Run run = runs.get(attempt);
        if (run != null && !run.ended) {
            throw new IllegalStateException("attempt " + attempt + " has not ended");
        }
        runs.remove(attempt);
    }

    @Override
    public void close() {
        List.copyOf(runs.values()).forEach(run -> end(run, new Exit.Signal(SIGKILL)));
    }
}
