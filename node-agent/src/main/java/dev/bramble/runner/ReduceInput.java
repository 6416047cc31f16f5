package dev.bramble.runner;

import dev.bramble.cluster.Requests;
import dev.bramble.control.Answer;
import dev.bramble.control.Question;
import dev.bramble.control.QuestionCodec;
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
 * job. Event loop only.
 */
public final class ReduceInput {
    /** The leader answers from memory; a minute of silence means that it is gone. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);

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
        return page(attempt, inputs, 0, new ArrayList<>());
    }

    void release(AttemptId attempt) {
        offload.call(() -> {
            scratch.delete(attempt.toString());
            return null;
        });
    }

    private CompletionStage<List<Workers.PlacedFile>> page(
            HeldAttempt attempt, Inputs inputs, int from, List<Workers.PlacedFile> files) {
        Optional<NodeId> asked = leader.get();
        if (asked.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new RefusedException(Refusal.Kind.UNAVAILABLE, "no leader can tell the job's results now"));
        }
        byte[] question =
                codec.encodeQuestion(new Question.Results(attempt.order.task().job(), from));
        return requests.ask(asked.get(), question, ANSWER_LIMIT).thenCompose(bytes -> {
            Answer answer = codec.decodeAnswer(bytes);
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
        };
        return all.thenCombine(path, (files, source) -> {
            files.add(new Workers.PlacedFile(name, source, executable));
            return files;
        });
    }
}
