package dev.bramble.runner;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.JobOrder;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskArguments;
import dev.bramble.model.TaskInput;
import dev.bramble.model.TaskRange;
import dev.bramble.model.TaskSource;
import dev.bramble.store.BlobFetch;
import dev.bramble.store.BlobStore;
import dev.bramble.store.PeerBlobs;
import dev.bramble.store.SplicedBlobStream;
import dev.bramble.time.CalendarClock;
import dev.bramble.worker.Filters;
import dev.bramble.worker.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Brings an attempt's files to this node and says what its process is given. Event loop only; blocking work goes off.
 */
public final class Inputs {
    /** Largest blob a node takes from another: the size of a card. */
    public static final long BLOB_BYTES_MAX = 1L << 40;
    /** Blobs whose holders are remembered; the leader tells them again with every job it tells anew. */
    private static final int PLACES_MAX = 100_000;

    private final Offload offload;
    private final Cluster cluster;
    private final BlobStore blobs;
    private final BlobFetch fetch;
    private final CalendarClock calendar;
    private final ReduceInput reduceInput;
    private final BatchLines batchLines = new BatchLines();
    private final Map<BlobId, List<NodeId>> places = new HashMap<>();
    private final Map<BlobId, CompletionStage<Path>> onTheirWay = new HashMap<>();

    public Inputs(
            Offload offload,
            Cluster cluster,
            BlobStore blobs,
            PeerBlobs peers,
            CalendarClock calendar,
            ReduceInput reduceInput) {
        this.offload = offload;
        this.cluster = cluster;
        this.blobs = blobs;
        this.fetch = new BlobFetch(blobs, peers, BLOB_BYTES_MAX);
        this.calendar = calendar;
        this.reduceInput = reduceInput;
    }

    void learn(List<Message.BlobPlace> newPlaces) {
        if (places.size() > PLACES_MAX) {
            places.clear();
        }
        newPlaces.forEach(place -> places.put(place.blob(), place.holders()));
    }

    /** The attempt's scratch files are not needed any more; only a reduce has some. */
    void release(HeldAttempt attempt) {
        if (attempt.isReduce()) {
            reduceInput.release(attempt.order.attempt());
        }
    }

    /** Fails with a sentence (see {@link #sentence}) when a file cannot be had. */
    CompletionStage<Workers.ProcessOrder> prepare(
            HeldAttempt attempt, Optional<Duration> left, Workers.ProcessLimits limits) {
        CompletionStage<List<Workers.PlacedFile>> files = CompletableFuture.completedFuture(new ArrayList<>());
        for (ShippedFile shipped : attempt.job.ship()) {
            files = place(files, shipped);
        }
        return prepare(attempt, left, limits, files).thenCombine(checkpoint(attempt), Inputs::goingOn);
    }

    private CompletionStage<Workers.ProcessOrder> prepare(
            HeldAttempt attempt,
            Optional<Duration> left,
            Workers.ProcessLimits limits,
            CompletionStage<List<Workers.PlacedFile>> files) {
        TaskInput input = attempt.order.input();
        return switch (input) {
            case TaskInput.Index index -> files.thenApply(placed -> order(attempt, input, left, limits, placed));
            case TaskInput.Parameters values -> files.thenApply(placed -> order(attempt, input, left, limits, placed));
            case TaskInput.File file ->
                place(files, file.file()).thenApply(placed -> order(attempt, input, left, limits, placed));
            case TaskInput.Line line ->
                files.thenCombine(line(line), (placed, text) -> lineOrder(attempt, line, text, left, limits, placed));
            case TaskInput.Results results ->
                files.thenCombine(reduceInput.gather(attempt, this), (placed, gathered) -> {
                    placed.addAll(gathered);
                    return order(attempt, input, left, limits, placed);
                });
        };
    }

    /** What the task's last attempt left for this one. */
    private CompletionStage<List<Workers.PlacedFile>> checkpoint(HeldAttempt attempt) {
        CompletionStage<List<Workers.PlacedFile>> files = CompletableFuture.completedFuture(new ArrayList<>());
        for (AttemptOutcome.KeptFile file :
                attempt.order.checkpoint().map(Checkpoint::files).orElse(List.of())) {
            BlobId blob = file.content().stored().orElseThrow().blob();
            files = files.thenCombine(local(blob), (placed, path) -> {
                placed.add(new Workers.PlacedFile(file.name(), path, file.executable()));
                return placed;
            });
        }
        return files;
    }

    private static Workers.ProcessOrder goingOn(Workers.ProcessOrder order, List<Workers.PlacedFile> checkpoint) {
        return new Workers.ProcessOrder(
                order.attempt(),
                order.job(),
                order.argv(),
                order.env(),
                order.files(),
                checkpoint,
                order.stdin(),
                order.limits(),
                order.guard());
    }

    /** The same for a batch of a filter's lines. */
    CompletionStage<Filters.BatchOrder> prepareBatch(HeldAttempt attempt, Workers.ProcessLimits limits) {
        JobOrder job = attempt.job;
        JobOrder.Filter filter = job.filter().orElseThrow();
        CompletionStage<List<Workers.PlacedFile>> files = CompletableFuture.completedFuture(new ArrayList<>());
        for (ShippedFile shipped : job.ship()) {
            files = place(files, shipped);
        }
        CompletionStage<Filters.Lines> lines = lines(filter, attempt.order.tasks());
        return files.thenCombine(
                lines,
                (placed, opener) -> new Filters.BatchOrder(
                        attempt.order.attempt(),
                        new Filters.Program(
                                job.job(),
                                attempt.order.retryEpoch(),
                                job.command(),
                                commonEnvironment(attempt),
                                placed,
                                limits),
                        filter.framing(),
                        attempt.order.task().index(),
                        attempt.order.count(),
                        opener,
                        job.timeout()));
    }

    private CompletionStage<Filters.Lines> lines(JobOrder.Filter filter, TaskRange tasks) {
        return switch (filter.tasks()) {
            case TaskSource.Lines source ->
                local(source.file().blob())
                        .thenApply(path -> batchLines.ofFile(source.file().blob(), path, tasks));
            case TaskSource.Count count -> CompletableFuture.completedFuture(BatchLines.made(filter, tasks));
            case TaskSource.Grid grid -> CompletableFuture.completedFuture(BatchLines.made(filter, tasks));
            case TaskSource.Each each -> CompletableFuture.completedFuture(BatchLines.made(filter, tasks));
        };
    }

    private CompletionStage<List<Workers.PlacedFile>> place(
            CompletionStage<List<Workers.PlacedFile>> files, ShippedFile shipped) {
        return files.thenCombine(local(shipped.blob()), (placed, path) -> {
            placed.add(new Workers.PlacedFile(shipped.name(), path, shipped.executable()));
            return placed;
        });
    }

    /** The blob on this node, fetched from whoever holds it if need be; asked for by many, fetched once. */
    CompletionStage<Path> local(BlobId blob) {
        CompletionStage<Path> known = onTheirWay.get(blob);
        if (known != null) {
            return known;
        }
        List<Member> holders = places.getOrDefault(blob, List.of()).stream()
                .flatMap(node -> cluster.view().member(node).stream())
                .toList();
        CompletionStage<Path> fetched = offload.call(() -> fetch(blob, holders));
        onTheirWay.put(blob, fetched);
        fetched.whenComplete((path, failure) -> onTheirWay.remove(blob));
        return fetched;
    }

    /** The copy on this node; blocks. */
    Optional<InputStream> open(BlobId blob) throws IOException {
        return blobs.path(blob).isEmpty() ? Optional.empty() : Optional.of(blobs.open(blob, 0));
    }

    /** The copy of its segment on this node, from where it begins; blocks. */
    InputStream open(Output.Slice slice) throws IOException {
        return blobs.open(slice.segment().blob(), slice.offset());
    }

    void learn(BlobId blob, List<NodeId> holders) {
        places.put(blob, holders);
    }

    private Path fetch(BlobId blob, List<Member> holders) throws IOException {
        try {
            fetch.fetch(
                    blob,
                    holders.stream()
                            .map(holder -> new SplicedBlobStream.Source(holder.node(), holder.door(), holder.name()))
                            .toList(),
                    SplicedBlobStream.Pace.NONE);
        } catch (IOException failure) {
            throw new IOException(
                    "file " + blob + " could not be brought to this node: " + failure.getMessage(), failure);
        }
        return blobs.path(blob)
                .orElseThrow(() -> new IOException("file " + blob + " vanished after it was brought to this node"));
    }

    private CompletionStage<byte[]> line(TaskInput.Line line) {
        return local(line.file().blob())
                .thenCompose(path -> offload.call(
                        () -> batchLines.index(line.file().blob(), path).line(line.number())));
    }

    private Workers.ProcessOrder order(
            HeldAttempt attempt,
            TaskInput input,
            Optional<Duration> left,
            Workers.ProcessLimits limits,
            List<Workers.PlacedFile> files) {
        Workers.Stdin stdin = TaskArguments.stdin(input)
                .<Workers.Stdin>map(Inputs::stdin)
                .orElseGet(() -> new Workers.Stdin.FromFile(files.getLast().source()));
        return new Workers.ProcessOrder(
                attempt.order.attempt(),
                attempt.job.job(),
                TaskArguments.expand(attempt.command(), input),
                environment(attempt, TaskArguments.brambleInput(input), left),
                files,
                List.of(),
                stdin,
                limits,
                Optional.empty());
    }

    private Workers.ProcessOrder lineOrder(
            HeldAttempt attempt,
            TaskInput.Line input,
            byte[] text,
            Optional<Duration> left,
            Workers.ProcessLimits limits,
            List<Workers.PlacedFile> files) {
        return new Workers.ProcessOrder(
                attempt.order.attempt(),
                attempt.job.job(),
                TaskArguments.expand(attempt.command(), input, text),
                environment(attempt, TaskArguments.brambleInput(input, text), left),
                files,
                List.of(),
                stdin(TaskArguments.stdin(input, text)),
                limits,
                Optional.empty());
    }

    private static Workers.Stdin stdin(byte[] bytes) {
        return bytes.length == 0 ? new Workers.Stdin.Empty() : new Workers.Stdin.Bytes(bytes);
    }

    /** Exactly these variables; the folder's own are added where the folder is made. */
    private SequencedMap<String, String> environment(
            HeldAttempt attempt, Optional<String> input, Optional<Duration> left) {
        SequencedMap<String, String> env = commonEnvironment(attempt);
        env.put("BRAMBLE_TASK", Integer.toString(attempt.order.task().index()));
        env.put("BRAMBLE_ATTEMPT", Integer.toString(attempt.order.number()));
        input.ifPresent(value -> env.put("BRAMBLE_INPUT", value));
        left.ifPresent(duration -> {
            env.put("BRAMBLE_DEADLINE_SECONDS", Long.toString(Math.max(0, duration.toSeconds())));
            calendar.now()
                    .ifPresent(now ->
                            env.put("BRAMBLE_DEADLINE", now.plus(duration).toString()));
        });
        return env;
    }

    /** What all tasks of a job on a node share; a filter has no more. */
    private static SequencedMap<String, String> commonEnvironment(HeldAttempt attempt) {
        SequencedMap<String, String> env = new LinkedHashMap<>();
        env.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        env.put("LANG", "C.UTF-8");
        env.putAll(attempt.job.env());
        env.put("BRAMBLE_JOB", attempt.job.job().toString());
        return env;
    }

    /** What a failure means, for people. */
    static String sentence(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
