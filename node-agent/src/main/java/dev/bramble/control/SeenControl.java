package dev.bramble.control;

import dev.bramble.model.BlobId;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The control port as somebody sees it who may not see all. Every page, stream and operation of theirs stands on this
 * one, so that none has to think of it. What is asked of the leader the leader checks itself.
 */
public final class SeenControl implements Control {
    private final Control all;
    private final Views.Principal who;

    private SeenControl(Control all, Views.Principal who) {
        this.all = all;
        this.who = who;
    }

    /** What {@code who} may see of {@code all}. */
    public static Control seenBy(Control all, Views.Principal who) {
        return SeenViews.isAll(who) ? all : new SeenControl(all, who);
    }

    @Override
    public <T> CompletionStage<T> read(long afterIndex, Function<Views, T> question) {
        return all.read(afterIndex, views -> question.apply(new SeenViews(views, who)));
    }

    @Override
    public CompletionStage<Done> act(String credential, Action action, String address) {
        return all.act(credential, action, address);
    }

    private <T> CompletionStage<T> ifOwn(JobId job, Supplier<CompletionStage<T>> then) {
        if (!who.ownJobsOnly()) {
            return then.get();
        }
        return read(0, views -> views.job(job).isPresent())
                .thenCompose(isOwn ->
                        isOwn ? then.get() : CompletableFuture.failedFuture(new RefusedException(Refusal.noJob(job))));
    }

    @Override
    public CompletionStage<Void> ended(long afterIndex, JobId job, Duration limit) {
        // One that was submitted just now may not be here before that index.
        return all.ended(afterIndex, job, limit);
    }

    @Override
    public CompletionStage<DrainPreview> previewDrain(List<NodeId> nodes, DrainSpec spec) {
        return all.previewDrain(nodes, spec);
    }

    @Override
    public CompletionStage<Void> eventsAfter(long number, Duration limit) {
        return all.eventsAfter(number, limit);
    }

    @Override
    public CompletionStage<RunningTasks> running(JobId job, int fromTask, int limit) {
        return ifOwn(job, () -> all.running(job, fromTask, limit));
    }

    @Override
    public CompletionStage<NodeTasks> runningOn(NodeId node, int limit) {
        if (!who.ownJobsOnly()) {
            return all.runningOn(node, limit);
        }
        return all.runningOn(node, limit)
                .thenCompose(tasks -> read(
                        0,
                        views -> new NodeTasks(
                                tasks.tasks().stream()
                                        .filter(task -> views.job(task.job()).isPresent())
                                        .toList(),
                                0)));
    }

    @Override
    public CompletionStage<LogSlice> log(JobId job, int task, LogStream stream, long offset, int bytesMax) {
        return ifOwn(job, () -> all.log(job, task, stream, offset, bytesMax));
    }

    @Override
    public UploadedBlob upload(InputStream bytes) throws IOException {
        return all.upload(bytes);
    }

    @Override
    public Optional<InputStream> open(BlobId blob) throws IOException {
        return all.open(blob);
    }

    @Override
    public Optional<InputStream> open(Output.Slice slice) throws IOException {
        return all.open(slice);
    }

    @Override
    public int writeAnswers(JobId job, int from, OutputStream out) throws IOException {
        try {
            boolean isSeen = !who.ownJobsOnly()
                    || read(0, views -> views.job(job).isPresent())
                            .toCompletableFuture()
                            .get();
            if (!isSeen) {
                throw new RefusedException(Refusal.noJob(job));
            }
        } catch (ExecutionException failure) {
            throw new IOException("the job cannot be looked for", failure);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        }
        return all.writeAnswers(job, from, out);
    }
}
