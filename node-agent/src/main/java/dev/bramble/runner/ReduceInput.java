package dev.bramble.runner;

import dev.bramble.cluster.Requests;
import dev.bramble.control.Answer;
import dev.bramble.control.Question;
import dev.bramble.control.QuestionCodec;
import dev.bramble.control.SegmentReader;
import dev.bramble.ledger.AnswerPage;
import dev.bramble.ledger.RecordedResult;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.TaskArguments;
import dev.bramble.store.Scratch;
import dev.bramble.worker.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * The input folder of a reduce: {@code results/<task>/stdout} and the task's outputs beside it, for every task of the
 * job; of a filter one file, {@code results/lines}, with a line for every task. Event loop only.
 */
public final class ReduceInput {
    /** The leader answers from memory; a minute of silence means that it is gone. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

    private static final String LINES_FILE = TaskArguments.RESULTS_FOLDER + "/lines";

    private final Offload offload;
    private final Scratch scratch;
    private final Requests requests;
    private final QuestionCodec codec;
    private final Supplier<Optional<NodeId>> leader;

    public ReduceInput(
            Offload offload,
            Scratch scratch,
            Requests requests,
            QuestionCodec codec,
            Supplier<Optional<NodeId>> leader) {
        this.offload = offload;
        this.scratch = scratch;
        this.requests = requests;
        this.codec = codec;
        this.leader = leader;
    }

    CompletionStage<List<Workers.PlacedFile>> gather(HeldAttempt attempt, Inputs inputs) {
        return attempt.job.filter().isPresent()
                ? lines(attempt, inputs, 0)
                : page(attempt, inputs, 0, new ArrayList<>());
    }

    void release(AttemptId attempt) {
        offload.call(() -> {
            scratch.delete(attempt.toString());
            return null;
        });
    }

    private CompletionStage<Answer> ask(Question question) {
        Optional<NodeId> asked = leader.get();
        return asked.isEmpty()
                ? CompletableFuture.failedFuture(
                        new RefusedException(Refusal.Kind.UNAVAILABLE, "no leader can tell the job's results now"))
                : requests.ask(asked.get(), codec.encodeQuestion(question), ANSWER_LIMIT)
                        .thenApply(codec::decodeAnswer);
    }

    /** Appends the answers from task {@code from} on, a page at a time. */
    private CompletionStage<List<Workers.PlacedFile>> lines(HeldAttempt attempt, Inputs inputs, int from) {
        return ask(new Question.Lines(attempt.order.task().job(), from)).thenCompose(answer -> {
            if (!(answer instanceof Answer.Lines lines)) {
                return CompletableFuture.failedFuture(
                        new RefusedException(Refusal.Kind.UNAVAILABLE, "the leader has no answers of this job"));
            }
            CompletionStage<?> segments = CompletableFuture.completedFuture(null);
            for (Answer.Place place : lines.places()) {
                inputs.learn(place.blob(), place.holders());
                segments = segments.thenCompose(before -> inputs.local(place.blob()));
            }
            return segments.thenCompose(all -> offload.call(() -> append(attempt, inputs, lines.page())))
                    .thenCompose(file -> lines.page().next() < 0
                            ? CompletableFuture.completedFuture(
                                    new ArrayList<>(List.of(new Workers.PlacedFile(LINES_FILE, file, false))))
                            : lines(attempt, inputs, lines.page().next()));
        });
    }

    private Path append(HeldAttempt attempt, Inputs inputs, AnswerPage page) throws IOException {
        return scratch.append(attempt.order.attempt().toString(), LINES_FILE, out -> {
            try (SegmentReader segments = new SegmentReader(inputs::open)) {
                segments.copy(page, out);
            }
        });
    }

    private CompletionStage<List<Workers.PlacedFile>> page(
            HeldAttempt attempt, Inputs inputs, int from, List<Workers.PlacedFile> files) {
        return ask(new Question.Results(attempt.order.task().job(), from)).thenCompose(answer -> {
            if (!(answer instanceof Answer.Results results)) {
                return CompletableFuture.failedFuture(
                        new RefusedException(Refusal.Kind.UNAVAILABLE, "the leader has no results of this job"));
            }
            return addAll(attempt, inputs, results, files)
                    .thenCompose(added -> results.next() < 0
                            ? CompletableFuture.completedFuture(added)
                            : page(attempt, inputs, results.next(), added));
        });
    }

    private CompletionStage<List<Workers.PlacedFile>> addAll(
            HeldAttempt attempt, Inputs inputs, Answer.Results results, List<Workers.PlacedFile> files) {
        CompletionStage<List<Workers.PlacedFile>> all = CompletableFuture.completedFuture(files);
        for (Answer.TaskResult task : results.results()) {
            task.places().forEach(place -> inputs.learn(place.blob(), place.holders()));
            String folder = TaskArguments.RESULTS_FOLDER + "/" + task.task() + "/";
            RecordedResult result = task.result();
            all = add(all, attempt, inputs, folder + "stdout", result.stdout(), false);
            for (AttemptOutcome.KeptFile file : result.outputs()) {
                all = add(all, attempt, inputs, folder + file.name(), file.content(), file.executable());
            }
        }
        return all;
    }

    private CompletionStage<List<Workers.PlacedFile>> add(
            CompletionStage<List<Workers.PlacedFile>> all,
            HeldAttempt attempt,
            Inputs inputs,
            String name,
            Output content,
            boolean executable) {
        CompletionStage<Path> path = switch (content) {
            case Output.Inline inline ->
                offload.call(() -> scratch.write(attempt.order.attempt().toString(), name, inline.bytes()));
            case Output.Stored stored -> inputs.local(stored.blob());
            case Output.Slice slice ->
                inputs.local(slice.segment().blob())
                        .thenCompose(segment -> offload.call(() -> scratch.write(
                                attempt.order.attempt().toString(),
                                name,
                                SegmentReader.slice(inputs.open(slice), slice))));
            case Output.SegmentLine line -> throw new IllegalArgumentException("answers come as a whole");
        };
        return all.thenCombine(path, (files, source) -> {
            files.add(new Workers.PlacedFile(name, source, executable));
            return files;
        });
    }
}
