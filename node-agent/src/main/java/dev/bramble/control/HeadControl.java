package dev.bramble.control;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Requests;
import dev.bramble.cluster.Senders;
import dev.bramble.cluster.View;
import dev.bramble.ledger.AnswerPage;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.EntryCodec;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.Replica;
import dev.bramble.model.AttemptId;
import dev.bramble.model.BlobId;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.store.PeerBlobs;
import dev.bramble.time.EventLoop;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The bramble as a member sees it that follows the ledger and leads nothing: what dashboards stand on. State is owned
 * by the event loop; the methods of {@link Control} may be called from any thread.
 */
public final class HeadControl implements Control {
    /** How long a read waits for a write that it must include. DESIGN section 3. */
    static final Duration READ_LIMIT = Duration.ofSeconds(2);
    /** How long the leader may take for an action: an election and a slow flush fit in. */
    static final Duration ACT_LIMIT = Duration.ofSeconds(10);
    /** How long an action waits for a leader; one is elected within some four seconds of the loss of another. */
    static final Duration LEADER_WAIT = Duration.ofSeconds(5);
    /** How long a node may take to read a log from its disk. */
    static final Duration LOG_LIMIT = Duration.ofSeconds(5);
    /** A node with less room is asked last to take a file; it refuses one that would leave it almost none. */
    static final long ROOM_BYTES = 1L << 30;
    /** A message less what is around the question. */
    private static final int QUESTION_BYTES_MAX = Cluster.MESSAGE_BYTES_MAX - 4096;
    /** Pieces of answers asked for at a time: half a megabyte at the most, while a slow client reads them. */
    private static final int ANSWER_PIECES_MAX = 8;
    /** Reads that may wait for a write at once. */
    static final int WAITING_READS_MAX = 10_000;
    /** Callers that may wait for a job's end at once; each is looked at with every entry, and others ask again. */
    static final int WATCHERS_MAX = 256;
    /** Most bytes of a log in one answer. */
    public static final int LOG_BYTES_MAX = 256 * 1024;

    private static final String NO_LEADER =
            "the bramble has no leader just now: it elects one within seconds; try again";

    /** Its connections. */
    public record Parts(
            EventLoop loop,
            Cluster cluster,
            Requests requests,
            EntryCodec entries,
            QuestionCodec questions,
            PeerBlobs peers,
            Executor blocking) {}

    private record WaitingRead(long index, CompletableFuture<Void> ready) {}

    private record Watcher(BooleanSupplier isDone, CompletableFuture<Void> done) {}

    private final Parts parts;
    private final Replica replica;
    private final FeedFollower feed;
    private final HeadViews views;
    private final HeadBlobs blobs;
    private final ArrayDeque<WaitingRead> waiting = new ArrayDeque<>();
    private final Set<Watcher> watchers = new LinkedHashSet<>();
    private final LeaderWord word;
    private final TaskStream stream;
    private long term;

    public HeadControl(Parts parts) {
        this.parts = parts;
        this.replica = new Replica(parts.entries(), new Observer());
        this.feed = new FeedFollower(parts.loop(), parts.cluster(), replica);
        this.blobs = new HeadBlobs(parts.cluster(), parts.peers(), parts.blocking());
        this.word = new LeaderWord(parts.loop(), parts.cluster());
        this.stream = new TaskStream(replica, word);
        this.views = new HeadViews(parts.loop(), parts.cluster(), replica, feed, word, stream);
    }

    public void start() {
        parts.loop().execute(feed::start);
    }

    /** The hard state as this head has it; event loop only. */
    public LedgerState state() {
        return replica.state();
    }

    /** Members came or went; event loop only. */
    public void viewChanged(View view) {
        parts.requests().viewChanged(view);
    }

    /** A message from a member; event loop only. */
    public void received(Member from, Message message) {
        if (!Senders.mayCome(from, message)) {
            return;
        }
        switch (message) {
            case Message.Pulse pulse -> {
                if (pulse.term() >= term) {
                    term = pulse.term();
                    word.received(pulse);
                    blobs.cordoned(Set.copyOf(pulse.cordoned().orElse(List.of())));
                    feed.received(pulse);
                    wake();
                }
            }
            case Message.FeedEntries entries -> feed.received(entries);
            case Message.FeedSnapshot part -> feed.received(from.node(), part);
            case Message.SoftState soft -> {
                word.received(soft, state().nodes().keySet(), state().settings().healthLimits());
                blobs.cramped(soft.nodes().stream()
                        .filter(HeadControl::isCramped)
                        .map(Message.NodeSoft::node)
                        .collect(Collectors.toUnmodifiableSet()));
            }
            case Message.Reply reply -> parts.requests().received(reply);
            case Message.Orders orders -> {}
            case Message.Withdraw withdraw -> {}
            case Message.AskLease ask -> {}
            case Message.LeaseRenewed renewed -> {}
            case Message.Settled settled -> {}
            case Message.Status status -> {}
            case Message.Progress progress -> {}
            case Message.Tail tail -> {}
            case Message.DropBlobs drop -> {}
            case Message.AskCopies ask -> {}
            case Message.CopyBlobs copies -> {}
            case Message.CopyNews news -> {}
            case Message.Forgotten forgotten -> {}
            case Message.PrepareVoter prepare -> {}
            case Message.BoardOrder order -> {}
            case Message.BoardTrouble trouble -> {}
            case Message.BoardSeen seen -> {}
            case Message.Legacy legacy -> {}
            case Message.VoterState state -> {}
            case Message.AuthorityKey key -> {}
            case Message.Guests guests -> {}
            case Message.Carried carried -> {}
            case Message.Request request -> {}
            case Message.FeedRequest request -> {}
        }
    }

    @Override
    public <T> CompletionStage<T> read(long afterIndex, Function<Views, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        parts.loop()
                .execute(() -> whenAt(afterIndex).whenComplete((ready, failure) -> {
                    if (failure != null) {
                        answer.completeExceptionally(failure);
                        return;
                    }
                    try {
                        answer.complete(question.apply(views));
                    } catch (RuntimeException broken) {
                        answer.completeExceptionally(broken);
                    }
                }));
        return answer;
    }

    private CompletionStage<Void> whenAt(long index) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        if (replica.index() >= index) {
            ready.complete(null);
            return ready;
        }
        if (waiting.size() >= WAITING_READS_MAX) {
            ready.completeExceptionally(
                    new RefusedException(Refusal.Kind.UNAVAILABLE, "this head has too many reads waiting: try again"));
            return ready;
        }
        WaitingRead read = new WaitingRead(index, ready);
        waiting.add(read);
        parts.loop().after(READ_LIMIT, () -> {
            if (waiting.remove(read)) {
                String behind = "this head is behind: it knows the bramble up to entry " + replica.index()
                        + " and was asked for " + index;
                ready.completeExceptionally(new RefusedException(
                        Refusal.Kind.UNAVAILABLE,
                        feed.trouble()
                                .map(trouble -> behind + "; " + trouble + ", or ask another head")
                                .orElse(behind + "; try again, or ask another head")));
            }
        });
        return ready;
    }

    @Override
    public CompletionStage<Void> ended(long afterIndex, JobId job, Duration limit) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        parts.loop()
                .execute(() -> whenAt(afterIndex).whenComplete((ready, failure) -> {
                    if (failure != null) {
                        ended.completeExceptionally(failure);
                    } else {
                        watch(new Watcher(() -> !isActive(job), ended), limit);
                    }
                }));
        return ended;
    }

    @Override
    public CompletionStage<Void> eventsAfter(long number, Duration limit) {
        CompletableFuture<Void> come = new CompletableFuture<>();
        parts.loop().execute(() -> {
            long before = state().events().last();
            watch(
                    new Watcher(
                            () -> state().events().last() > number
                                    || state().events().last() < before,
                            come),
                    limit);
        });
        return come;
    }

    private void watch(Watcher watcher, Duration limit) {
        if (watcher.isDone().getAsBoolean() || watchers.size() >= WATCHERS_MAX) {
            watcher.done().complete(null);
            return;
        }
        watchers.add(watcher);
        parts.loop().after(limit, () -> {
            if (watchers.remove(watcher)) {
                watcher.done().complete(null);
            }
        });
    }

    private boolean isActive(JobId job) {
        return state().job(job).filter(known -> !known.phase().isFinal()).isPresent();
    }

    private void wake() {
        for (Watcher watcher : List.copyOf(watchers)) {
            if (watcher.isDone().getAsBoolean()) {
                watchers.remove(watcher);
                watcher.done().complete(null);
            }
        }
        for (WaitingRead read : List.copyOf(waiting)) {
            if (read.index() <= replica.index()) {
                waiting.remove(read);
                read.ready().complete(null);
            }
        }
    }

    private CompletionStage<Answer> ask(NodeId node, Question question, Duration limit) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        CompletionStage<Answer> told = node == null ? answer.exceptionallyCompose(this::explained) : answer;
        parts.loop().execute(() -> {
            NodeId asked = node == null ? word.leader().orElse(null) : node;
            if (asked == null || !parts.cluster().view().has(asked)) {
                answer.completeExceptionally(unavailable(asked == null ? NO_LEADER : "node " + node + " is not up"));
                return;
            }
            byte[] body = parts.questions().encodeQuestion(question);
            if (body.length > QUESTION_BYTES_MAX) {
                answer.completeExceptionally(new RefusedException(
                        Refusal.Kind.LIMIT,
                        "this is too large for the bramble (" + body.length + " bytes of " + QUESTION_BYTES_MAX
                                + "): name fewer files, or put many inputs into one file with lines:"));
                return;
            }
            parts.requests().ask(asked, body, limit).whenComplete((bytes, failure) -> complete(answer, bytes, failure));
        });
        return told;
    }

    /** While no majority is up, that is why the leader cannot answer, whatever else was said. */
    private CompletionStage<Answer> explained(Throwable failure) {
        return CompletableFuture.failedFuture(
                isUnavailable(failure)
                        ? missingMajority()
                                .<Throwable>map(HeadControl::unavailable)
                                .orElse(failure)
                        : failure);
    }

    private Optional<String> missingMajority() {
        return Majority.missing(views.voters(), state().shutdown().isPresent());
    }

    private static boolean isUnavailable(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof RefusedException refused && refused.refusal().kind() == Refusal.Kind.UNAVAILABLE;
    }

    private static RefusedException unavailable(String sentence) {
        return new RefusedException(Refusal.Kind.UNAVAILABLE, sentence);
    }

    private void complete(CompletableFuture<Answer> answer, byte[] bytes, Throwable failure) {
        if (failure != null) {
            answer.completeExceptionally(failure);
            return;
        }
        try {
            Answer decoded = parts.questions().decodeAnswer(bytes);
            if (decoded instanceof Answer.Refused refused) {
                answer.completeExceptionally(new RefusedException(refused.refusal()));
            } else {
                answer.complete(decoded);
            }
        } catch (IllegalArgumentException broken) {
            answer.completeExceptionally(broken);
        }
    }

    /** Completes as soon as a leader can be asked, or when waiting for one is in vain: who asks then is told why. */
    private CompletionStage<Void> whenLed() {
        CompletableFuture<Void> led = new CompletableFuture<>();
        parts.loop().execute(() -> {
            if (missingMajority().isPresent()) {
                led.complete(null);
            } else {
                watch(new Watcher(this::isLed, led), LEADER_WAIT);
            }
        });
        return led;
    }

    private boolean isLed() {
        return word.leader().filter(parts.cluster().view()::has).isPresent();
    }

    @Override
    public CompletionStage<Done> act(String credential, Action action, String address) {
        Question.Act question = new Question.Act(credential, action, Optional.of(address));
        CompletionStage<Answer> first = whenLed().thenCompose(led -> ask(null, question, ACT_LIMIT));
        // With its key a submission is one job however often it is asked for.
        boolean isSafeTwice = action instanceof Action.SubmitJob submit
                && !submit.idempotencyKey().isEmpty();
        CompletionStage<Answer> answer = !isSafeTwice
                ? first
                : first.exceptionallyCompose(failure -> isUnavailable(failure)
                        ? whenLed().thenCompose(led -> ask(null, question, ACT_LIMIT))
                        : CompletableFuture.failedFuture(failure));
        return answer.thenApply(said -> ((Answer.Acted) said).done());
    }

    @Override
    public CompletionStage<DrainPreview> previewDrain(List<NodeId> nodes, DrainSpec spec) {
        return ask(null, new Question.PreviewDrain(nodes, spec), ACT_LIMIT)
                .thenApply(answer -> ((Answer.DrainPreviewed) answer).preview());
    }

    @Override
    public CompletionStage<RunningTasks> running(JobId job, int fromTask, int limit) {
        return ask(null, new Question.Running(job, fromTask, limit), ACT_LIMIT)
                .thenApply(answer -> ((Answer.Running) answer).tasks());
    }

    @Override
    public CompletionStage<NodeTasks> runningOn(NodeId node, int limit) {
        return ask(null, new Question.RunningOn(node, limit), ACT_LIMIT)
                .thenApply(answer -> ((Answer.RunningOn) answer).tasks());
    }

    @Override
    public CompletionStage<LogSlice> log(JobId job, int task, LogStream stream, long offset, int bytesMax) {
        int limit = Math.min(bytesMax, LOG_BYTES_MAX);
        return read(0, known -> known.result(job, task)).thenCompose(result -> {
            if (result.isPresent()) {
                Output output = stream == LogStream.STDOUT
                        ? result.get().stdout()
                        : result.get().stderr();
                return recorded(output, offset, limit);
            }
            return ask(null, new Question.WhereIsLog(job, task, stream), ACT_LIMIT)
                    .thenCompose(where -> found(where, stream, offset, limit));
        });
    }

    private CompletionStage<LogSlice> found(Answer where, LogStream stream, long offset, int bytesMax) {
        return switch (where) {
            case Answer.LogIsAt at -> running(at.node(), at.attempt(), stream, offset, bytesMax);
            case Answer.Log log -> CompletableFuture.completedFuture(log.slice());
            case Answer.Nothing nothing -> nothing(offset);
            case Answer.Acted acted -> nothing(offset);
            case Answer.Refused refused -> nothing(offset);
            case Answer.Pressed pressed -> nothing(offset);
            case Answer.DrainPreviewed previewed -> nothing(offset);
            case Answer.Running running -> nothing(offset);
            case Answer.RunningOn running -> nothing(offset);
            case Answer.Results results -> nothing(offset);
            case Answer.Lines lines -> nothing(offset);
            case Answer.EnrolForm form -> nothing(offset);
        };
    }

    private static CompletionStage<LogSlice> nothing(long offset) {
        return CompletableFuture.completedFuture(unknown(offset));
    }

    /** Nobody has it: the task waits, or its attempt has ended and the record of it is not here yet. */
    private static LogSlice unknown(long offset) {
        long asked = Math.max(0, offset);
        return new LogSlice(asked, new byte[0], asked, false, false);
    }

    private CompletionStage<LogSlice> running(
            NodeId node, AttemptId attempt, LogStream stream, long offset, int bytesMax) {
        return ask(node, new Question.AttemptLog(attempt, stream, offset, bytesMax), LOG_LIMIT)
                .thenApply(answer -> answer instanceof Answer.Log log ? log.slice() : unknown(offset));
    }

    private CompletionStage<LogSlice> recorded(Output output, long offset, int bytesMax) {
        long size = output.sizeBytes();
        long from = Math.clamp(offset < 0 ? size + offset : offset, 0, size);
        int length = (int) Math.min(bytesMax, size - from);
        return switch (output) {
            case Output.Inline inline ->
                CompletableFuture.completedFuture(new LogSlice(
                        from,
                        java.util.Arrays.copyOfRange(inline.bytes(), (int) from, (int) from + length),
                        size,
                        true,
                        false));
            case Output.Stored stored ->
                CompletableFuture.supplyAsync(() -> slice(stored, from, length), parts.blocking());
            case Output.Slice slice ->
                CompletableFuture.supplyAsync(() -> slice(slice, from, length), parts.blocking());
            case Output.SegmentLine line ->
                CompletableFuture.supplyAsync(() -> slice(line, offset, bytesMax), parts.blocking());
        };
    }

    private LogSlice slice(Output.Stored stored, long from, int length) {
        try (InputStream in = open(stored.blob(), from)
                .orElseThrow(() -> new RefusedException(
                        Refusal.Kind.UNAVAILABLE, "no node that is up holds this log: try again when one is back"))) {
            byte[] bytes = in.readNBytes(length);
            return new LogSlice(from, bytes, stored.sizeBytes(), true, false);
        } catch (IOException failure) {
            throw new RefusedException(Refusal.Kind.UNAVAILABLE, "the log could not be read: " + failure.getMessage());
        }
    }

    private LogSlice slice(Output.Slice slice, long from, int length) {
        try (InputStream in = open(slice)
                .orElseThrow(() -> new RefusedException(
                        Refusal.Kind.UNAVAILABLE, "no node that is up holds this log: try again when one is back"))) {
            in.skipNBytes(from);
            return new LogSlice(from, in.readNBytes(length), slice.sizeBytes(), true, false);
        } catch (IOException failure) {
            throw new RefusedException(Refusal.Kind.UNAVAILABLE, "the log could not be read: " + failure.getMessage());
        }
    }

    private LogSlice slice(Output.SegmentLine line, long offset, int bytesMax) {
        try (SegmentReader segments = new SegmentReader(this::open)) {
            byte[] answer = segments.line(line.segment(), line.line());
            int from = Math.clamp(offset < 0 ? answer.length + offset : offset, 0, answer.length);
            int end = Math.min(answer.length, from + bytesMax);
            return new LogSlice(from, java.util.Arrays.copyOfRange(answer, from, end), answer.length, true, false);
        } catch (IOException failure) {
            throw new RefusedException(
                    Refusal.Kind.UNAVAILABLE, "the answer could not be read: " + failure.getMessage());
        }
    }

    @Override
    public int writeAnswers(JobId job, int from, OutputStream out) throws IOException {
        try (SegmentReader segments = new SegmentReader(this::open)) {
            int next = from;
            while (next >= 0) {
                int asked = next;
                AnswerPage answers = read(0, known -> known.answers(job, asked, ANSWER_PIECES_MAX))
                        .toCompletableFuture()
                        .join()
                        .orElseThrow(() -> new RefusedException(
                                Refusal.Kind.NOT_FOUND, "job " + job + " was removed while its answers were read"));
                segments.copy(answers, out);
                if (answers.next() == asked) {
                    return asked;
                }
                next = answers.next();
            }
            return -1;
        }
    }

    private static boolean isCramped(Message.NodeSoft node) {
        return node.health()
                .map(BoardHealth::diskFreeBytes)
                .filter(free -> free.isKnown() && free.value() < ROOM_BYTES)
                .isPresent();
    }

    @Override
    public UploadedBlob upload(InputStream bytes) throws IOException {
        return blobs.upload(bytes);
    }

    @Override
    public Optional<InputStream> open(BlobId blob) throws IOException {
        return open(blob, 0);
    }

    @Override
    public Optional<InputStream> open(Output.Slice slice) throws IOException {
        Optional<InputStream> segment = open(slice.segment().blob(), slice.offset());
        return segment.isEmpty()
                ? segment
                : Optional.of(new ByteArrayInputStream(SegmentReader.slice(segment.get(), slice)));
    }

    private Optional<InputStream> open(BlobId blob, long offset) throws IOException {
        Optional<BlobRecord> known = read(0, views -> state().blob(blob).map(BlobRecord::snapshot))
                .toCompletableFuture()
                .join();
        return known.isEmpty()
                ? Optional.empty()
                : blobs.open(
                        blob,
                        known.get().sizeBytes(),
                        offset,
                        List.copyOf(known.get().holders()));
    }

    private final class Observer implements Replica.Observer {
        @Override
        public void applied(long index, LedgerState.Applied effects) {
            wake();
        }

        @Override
        public void passed(Entry entry) {
            stream.applied(entry);
        }

        @Override
        public void restored() {
            stream.restored();
            wake();
        }

        @Override
        public void leading(long newTerm) {}

        @Override
        public void following(long newTerm, Optional<NodeId> newLeader) {}

        @Override
        public void votersChanged(List<Ledger.Peer> voters) {}

        @Override
        public void steppedAside(String trouble) {}
    }
}
