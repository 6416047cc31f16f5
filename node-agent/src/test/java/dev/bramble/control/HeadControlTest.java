package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Requests;
import dev.bramble.cluster.View;
import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import dev.bramble.time.SimTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

/** A head on virtual time; the test is the leader. */
class HeadControlTest {
    private static final NodeId LEADER = new NodeId("pi01");
    private static final JobId JOB = new JobId(1);

    private final SimTime time = new SimTime();
    private final SimTime.SimLoop loop = time.newLoop();
    private final CborCodec codec = new CborCodec();
    private final Member leader = member(LEADER);
    private final LeaderWire wire = new LeaderWire();
    private final Requests requests = new Requests(loop, wire);
    private final HeadControl head =
            new HeadControl(new HeadControl.Parts(loop, wire, requests, codec, codec, null, Runnable::run));
    private Function<Question, Answer> answers = question -> new Answer.Nothing();
    private Moment now = Moment.FOUNDING;
    private long index;
    private NodeId fedBy;

    private static Member member(NodeId node) {
        return new Member(node, "kitchen", NodeRole.AGENT, node + ":1", node + ":2", "serial", "first");
    }

    /** Carries questions to {@link #answers} and drops all else. */
    private final class LeaderWire implements Cluster {
        @Override
        public View view() {
            return new View(1, List.of(leader));
        }

        @Override
        public void send(NodeId to, Message message) {
            if (message instanceof Message.Request request) {
                Answer answer = answers.apply(codec.decodeQuestion(request.body()));
                if (answer != null) {
                    loop.execute(
                            () -> head.received(leader, new Message.Reply(request.id(), codec.encodeAnswer(answer))));
                }
            } else if (message instanceof Message.FeedRequest) {
                fedBy = to;
            }
        }

        @Override
        public void sendToAll(Message message) {}

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    HeadControlTest() {
        loop.execute(
                () -> head.received(leader, new Message.Pulse(1, LEADER, now, 0, List.of(LEADER), Optional.empty())));
        pass(Duration.ofMillis(10));
    }

    private void pass(Duration duration) {
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    private void apply(Command... commands) {
        byte[] entry = codec.encodeEntry(new Entry(now, List.of(commands)));
        String ledger = head.state().ledger().value();
        Message feed =
                new Message.FeedEntries(ledger, index, index + 1, List.of(new Message.FeedEntry(index + 1, 1, entry)));
        index++;
        loop.execute(() -> head.received(leader, feed));
        pass(Duration.ofMillis(10));
    }

    private <T> T done(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        for (int steps = 0; !future.isDone() && steps < 10_000; steps++) {
            time.step();
        }
        assertThat(future).isDone();
        return future.join();
    }

    private Control.LogSlice log(long offset, int limit) {
        return done(head.log(JOB, 0, Control.LogStream.STDOUT, offset, limit));
    }

    private void recordedResult(String printed) {
        AttemptId attempt = new AttemptId(1, 1);
        apply(
                new Command.Found(new LedgerId("l"), "home", "pem", Optional.of(Language.OWN)),
                new Command.SubmitJob(JOB, SampleJob.of(1).spec(), "ada", "", ""));
        apply(new Command.RecordOutcomes(
                LEADER, List.of(SampleJob.outcome(attempt, new TaskId(JOB, 0), 0, AttemptEnd.SUCCEEDED, printed))));
    }

    @Test
    void aLogThatNobodyHasJustNowIsNotTakenForAnotherAttempts() {
        Control.LogSlice slice = log(4096, 100);
        assertThat(slice.offset()).isEqualTo(4096);
        assertThat(slice.sizeBytes()).isEqualTo(4096);
        assertThat(slice.ended()).isFalse();
        assertThat(log(-100, 100).sizeBytes()).isZero();
    }

    @Test
    void aLogThatItsNodeLostInTheMeantimeAddsNothing() {
        answers = question -> question instanceof Question.WhereIsLog
                ? new Answer.LogIsAt(LEADER, new AttemptId(1, 1))
                : new Answer.Nothing();
        assertThat(log(7, 100).sizeBytes()).isEqualTo(7);
    }

    @Test
    void nothingIsAddedToTheLogOfARecordedResult() {
        recordedResult("hello");
        Control.LogSlice beginning = log(0, 2);
        assertThat(beginning.bytes()).isEqualTo("he".getBytes(StandardCharsets.UTF_8));
        assertThat(beginning.sizeBytes()).isEqualTo(5);
        assertThat(beginning.ended()).isTrue();
        assertThat(log(-2, 100).bytes()).isEqualTo("lo".getBytes(StandardCharsets.UTF_8));
        assertThat(log(99, 100).offset()).isEqualTo(5);
    }

    @Test
    void itFollowsTheLeaderAndAnotherVoterWhileThatIsSilent() {
        NodeId other = new NodeId("pi02");
        List<NodeId> voters = List.of(other, LEADER, new NodeId("pi03"));
        head.start();
        pulse(LEADER, voters);
        assertThat(fedBy).isEqualTo(LEADER);
        pulse(other, voters);
        assertThat(fedBy).as("at once").isEqualTo(other);
        pass(Duration.ofSeconds(4));
        assertThat(fedBy).as("nobody has said anything").isNotEqualTo(other);
        pass(Duration.ofSeconds(10));
        pulse(other, voters);
        assertThat(fedBy).as("back to the leader when it is heard").isEqualTo(other);
    }

    private void pulse(NodeId from, List<NodeId> voters) {
        loop.execute(() -> head.received(member(from), new Message.Pulse(1, from, now, 0, voters, Optional.empty())));
        pass(Duration.ofMillis(10));
    }

    @Test
    void aReadWaitsForTheWriteThatItMustSee() {
        CompletableFuture<Boolean> read =
                head.read(1, known -> known.job(JOB).isPresent()).toCompletableFuture();
        pass(HeadControl.READ_LIMIT.dividedBy(2));
        assertThat(read).isNotDone();
        apply(new Command.SubmitJob(JOB, SampleJob.of(1).spec(), "ada", "", ""));
        assertThat(done(read)).isTrue();
        CompletableFuture<Boolean> never = head.read(99, known -> true).toCompletableFuture();
        pass(HeadControl.READ_LIMIT.plusMillis(1));
        assertThatThrownBy(never::join)
                .cause()
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("this head is behind");
    }

    @Test
    void aJobRunsFromItsFirstTaskOnNotFromItsFirstResult() {
        apply(new Command.SubmitJob(JOB, SampleJob.of(1).spec(), "ada", "", ""));
        assertThat(jobs(JobPhase.QUEUED)).hasSize(1);
        Message.JobSoft running = new Message.JobSoft(JOB, 1, 1, 0, -1, "");
        loop.execute(() -> head.received(
                leader,
                new Message.SoftState(
                        1,
                        now,
                        List.of(),
                        List.of(running),
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
        assertThat(jobs(JobPhase.QUEUED)).isEmpty();
        assertThat(jobs(JobPhase.RUNNING)).extracting(Views.JobView::phase).containsExactly(JobPhase.RUNNING);
    }

    @Test
    void aCalendarThatNoSynchronisedClockStandsBehindDatesWhatHappenedAndIsNoDeadline() {
        apply(new Command.MapCalendar(1_700_000_000_000L, Optional.empty()));
        assertThat(done(head.read(0, Views::deadlineCalendar)).instant()).isPresent();
        String why = "the clock of pi01, which leads, is not synchronised";
        loop.execute(() -> head.received(
                leader,
                new Message.SoftState(
                        1,
                        now,
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(why))));
        assertThat(done(head.read(0, Views::calendar))).isPresent();
        assertThat(done(head.read(0, Views::deadlineCalendar)).whyUnknown()).isEqualTo(why);
        assertThat(done(head.read(0, Views::deadlineCalendar)).instant()).isEmpty();
    }

    private List<Views.JobView> jobs(JobPhase phase) {
        return done(head.read(0, known -> known.jobs(Optional.empty(), 9, Optional.of(phase), Optional.empty())));
    }

    @Test
    void whoeverWaitsForAJobIsToldOfItsEnd() {
        assertThat(done(head.ended(0, JOB, Duration.ofHours(1))))
                .as("no such job")
                .isNull();
        apply(new Command.SubmitJob(JOB, SampleJob.of(1).spec(), "ada", "", ""));
        CompletableFuture<Void> ended =
                head.ended(index, JOB, Duration.ofSeconds(9)).toCompletableFuture();
        CompletableFuture<Void> impatient =
                head.ended(index, JOB, Duration.ofSeconds(1)).toCompletableFuture();
        pass(Duration.ofSeconds(2));
        assertThat(ended).isNotDone();
        assertThat(impatient).isDone();
        apply(new Command.RecordOutcomes(LEADER, List.of(outcome(0, AttemptEnd.SUCCEEDED))));
        assertThat(ended).isDone();
    }

    @Test
    void whoeverWaitsForAJobIsToldOfItsEndByTheNextLeader() {
        NodeId next = new NodeId("pi02");
        apply(
                new Command.Found(new LedgerId("l"), "home", "pem", Optional.of(Language.OWN)),
                new Command.SubmitJob(JOB, SampleJob.of(1).spec(), "ada", "", ""));
        CompletableFuture<Long> revisionAtTheEnd = head.ended(index, JOB, Duration.ofSeconds(10))
                .thenCompose(ended -> head.read(index, Views::revision))
                .toCompletableFuture();
        loop.execute(() -> head.received(
                member(next), new Message.Pulse(2, next, now, index, List.of(LEADER, next), Optional.empty())));
        pass(Duration.ofSeconds(4));
        assertThat(fedBy).isEqualTo(next);
        assertThat(revisionAtTheEnd).isNotDone();
        apply(new Command.CancelJob(JOB, "ada", "enough"));
        assertThat(revisionAtTheEnd).isCompletedWithValue(index);
    }

    @Test
    void tooManyWhoWaitForJobsAskAgain() {
        apply(new Command.SubmitJob(JOB, SampleJob.of(1).spec(), "ada", "", ""));
        for (int i = 0; i < HeadControl.WATCHERS_MAX; i++) {
            head.ended(0, JOB, Duration.ofHours(1));
        }
        assertThat(done(head.ended(0, JOB, Duration.ofHours(1)))).isNull();
    }

    @Test
    void tasksAreFoundByState() {
        apply(new Command.SubmitJob(JOB, SampleJob.of(6).spec(), "ada", "", ""));
        apply(new Command.RecordOutcomes(
                LEADER,
                List.of(
                        outcome(1, AttemptEnd.SUCCEEDED),
                        outcome(2, AttemptEnd.FAILED),
                        outcome(4, AttemptEnd.SUCCEEDED))));
        assertThat(tasks(Views.TaskState.SUCCEEDED)).containsExactly(1, 4);
        assertThat(tasks(Views.TaskState.FAILED)).containsExactly(2);
        assertThat(tasks(Views.TaskState.WAITING)).containsExactly(0, 3, 5);
        assertThat(tasks(Views.TaskState.CANCELLED)).isEmpty();
        apply(new Command.CancelJob(JOB, "ada", "no need"));
        assertThat(tasks(Views.TaskState.WAITING)).isEmpty();
        assertThat(tasks(Views.TaskState.CANCELLED)).containsExactly(0, 3, 5);
        List<Views.TaskView> page =
                done(head.read(0, known -> known.tasks(JOB, 2, 2, Optional.of(Views.TaskState.CANCELLED))));
        assertThat(page).extracting(Views.TaskView::task).containsExactly(3, 5);
    }

    private int charged(int task) {
        return done(head.read(0, known -> known.task(JOB, task))).orElseThrow().attempts();
    }

    private void lose(String node, int... tasks) {
        apply(new Command.RecordLosses(new NodeId(node), JOB, 0, RoaringBitmap.bitmapOf(tasks), "it was unplugged"));
    }

    @Test
    void losesCostNoTryAndThoseThatFailedDo() {
        apply(
                new Command.Found(new LedgerId("l"), "home", "pem", Optional.of(Language.OWN)),
                new Command.SubmitJob(JOB, SampleJob.of(3).attempts(2).spec(), "ada", "", ""));
        lose("a", 0, 1, 2);
        assertThat(charged(0)).isZero();
        lose("b", 0, 1);
        assertThat(charged(0)).isZero();
        apply(new Command.RecordOutcomes(LEADER, List.of(outcome(0, AttemptEnd.SUCCEEDED))));
        assertThat(charged(0)).as("the try that succeeded").isEqualTo(1);
        lose("c", 1);
        assertThat(charged(1)).as("put aside as poison").isZero();
        apply(new Command.RecordOutcomes(LEADER, List.of(outcome(2, AttemptEnd.FAILED))));
        assertThat(charged(2)).isEqualTo(1);
    }

    @Test
    void lossesBeforeAJobWasTriedAgainAreNotTakenOff() {
        apply(
                new Command.Found(new LedgerId("l"), "home", "pem", Optional.of(Language.OWN)),
                new Command.SubmitJob(JOB, SampleJob.of(1).spec(), "ada", "", ""));
        lose("a", 0);
        apply(new Command.CancelJob(JOB, "ada", "wait"), new Command.RetryJob(JOB, "ada"));
        apply(new Command.RecordOutcomes(
                LEADER,
                List.of(SampleJob.outcome(new AttemptId(1, 7), new TaskId(JOB, 0), 1, AttemptEnd.SUCCEEDED, ""))));
        assertThat(charged(0)).isEqualTo(1);
    }

    private String refusal(CompletionStage<?> stage) {
        CompletableFuture<?> future = stage.toCompletableFuture();
        pass(Duration.ofMillis(10));
        assertThat(future).isCompletedExceptionally();
        return future.exceptionNow().getMessage();
    }

    private CompletionStage<DrainPreview> preview() {
        return head.previewDrain(
                List.of(LEADER),
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(1), Duration.ofSeconds(30), AfterDrain.STAY, 1));
    }

    @Test
    void whoIsAskedWhileMostVotersAreGoneSaysThat() {
        answers = question ->
                new Answer.Refused(new Refusal(Refusal.Kind.UNAVAILABLE, "this node does not lead any more"));
        assertThat(refusal(preview())).isEqualTo("this node does not lead any more");

        pulse(LEADER, List.of(LEADER, new NodeId("frozen")));
        assertThat(refusal(preview())).startsWith("1 of 2 voters is up: nothing can be accepted");
        pass(LeaderWord.SILENT_AFTER);
        answers = question -> {
            throw new AssertionError("asked of nobody");
        };
        assertThat(refusal(preview())).startsWith("1 of 2 voters is up: nothing can be accepted");
    }

    @Test
    void aRefusalForAnotherReasonStandsThoughMostVotersAreGone() {
        pulse(LEADER, List.of(LEADER, new NodeId("frozen")));
        answers = question -> new Answer.Refused(new Refusal(Refusal.Kind.CONFLICT, "it is a head"));
        assertThat(refusal(preview())).isEqualTo("it is a head");
    }

    private Optional<NodeId> shownLeader() {
        return done(head.read(0, views -> views.summary().leader()));
    }

    @Test
    void aLeaderThatSaysNothingMoreIsNotShownAsLeader() {
        apply(new Command.AdmitNode(
                NodeRecord.admitted(LEADER, "kitchen", NodeRole.AGENT, "serial", "key", "root", now)));
        assertThat(shownLeader()).contains(LEADER);
        assertThat(done(head.read(0, Views::nodes))).allMatch(Views.NodeView::leader);
        pass(LeaderWord.SILENT_AFTER);
        assertThat(shownLeader()).isEmpty();
        assertThat(done(head.read(0, Views::nodes))).noneMatch(Views.NodeView::leader);
        assertThat(done(head.read(0, Views::voters))).noneMatch(Views.VoterView::leader);
        assertThat(refusal(preview())).startsWith("the bramble has no leader just now");
    }

    @Test
    void anActionWaitsForTheNextLeaderAndIsRefusedWhenThereIsNone() {
        AtomicInteger asked = new AtomicInteger();
        answers = question -> {
            asked.incrementAndGet();
            return new Answer.Refused(new Refusal(Refusal.Kind.CONFLICT, "it was asked"));
        };
        pass(LeaderWord.SILENT_AFTER);
        CompletableFuture<?> first = cancel();
        pass(HeadControl.LEADER_WAIT.minusMillis(10));
        assertThat(first).isNotDone();
        assertThat(asked).hasValue(0);
        pulse(LEADER, List.of(LEADER));
        assertThat(refusal(first)).isEqualTo("it was asked");
        pass(LeaderWord.SILENT_AFTER);
        CompletableFuture<?> second = cancel();
        pass(HeadControl.LEADER_WAIT.plusMillis(10));
        assertThat(refusal(second)).startsWith("the bramble has no leader just now");
        assertThat(asked).hasValue(1);
    }

    @Test
    void aSubmissionWithAKeyIsAskedForOnceMoreWhenTheLeaderLeftBeforeItAnswered() {
        AtomicInteger asked = new AtomicInteger();
        answers = question -> asked.incrementAndGet() % 2 == 1
                ? null
                : new Answer.Refused(new Refusal(Refusal.Kind.CONFLICT, "it was asked"));
        CompletableFuture<?> keyed = submit("key");
        leaderLeaves();
        assertThat(refusal(keyed)).isEqualTo("it was asked");
        assertThat(asked).hasValue(2);
        CompletableFuture<?> plain = submit("");
        leaderLeaves();
        assertThat(refusal(plain)).as("it may be done").contains("left before it answered");
        assertThat(asked).hasValue(3);
    }

    private CompletableFuture<?> submit(String key) {
        return head.act("credential", new Action.SubmitJob(SampleJob.of(1).spec(), key, ""), "address")
                .toCompletableFuture();
    }

    private void leaderLeaves() {
        pass(Duration.ofMillis(10));
        loop.execute(() -> head.viewChanged(new View(2, List.of())));
    }

    private CompletableFuture<?> cancel() {
        return head.act("credential", new Action.CancelJob(JOB), "address").toCompletableFuture();
    }

    private static AttemptOutcome outcome(int task, AttemptEnd end) {
        return SampleJob.outcome(new AttemptId(1, task), new TaskId(JOB, task), 0, end, "");
    }

    private List<Integer> tasks(Views.TaskState state) {
        return done(head.read(0, known -> known.tasks(JOB, 0, 100, Optional.of(state)))).stream()
                .map(Views.TaskView::task)
                .toList();
    }

    @Test
    void votersShowTheirStorageAndWhyTheyStandAside() {
        apply(new Command.AdmitNode(
                NodeRecord.admitted(LEADER, "kitchen", NodeRole.AGENT, "serial", "key", "root", now)));
        assertThat(done(head.read(0, Views::voters)))
                .containsExactly(new Views.VoterView(LEADER, "kitchen", true, true, "", "", ""));
        NodeId down = new NodeId("down");
        pulse(LEADER, List.of(LEADER, down));
        Message.VoterSoft voter = new Message.VoterSoft(LEADER, "s1", "pi01:2", "its disk is full");
        Message.VoterSoft other = new Message.VoterSoft(down, "s2", "pi02:2", "has not opened its copy");
        loop.execute(() -> head.received(
                leader,
                new Message.SoftState(
                        1,
                        now,
                        List.of(),
                        List.of(),
                        List.of(voter, other),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty())));
        assertThat(done(head.read(0, Views::voters)))
                .containsExactly(
                        new Views.VoterView(LEADER, "kitchen", true, true, "pi01:2", "s1", "its disk is full"),
                        new Views.VoterView(down, "down", false, false, "pi02:2", "s2", ""));
    }

    @Test
    void tokensShowTheTimeLeftUntilTheyEnd() {
        apply(new Command.CreateToken(new TokenRecord(
                "t",
                "0".repeat(64),
                "ada",
                TokenPurpose.API,
                Optional.of(UserRole.VIEWER),
                Optional.of(now.plus(Duration.ofMinutes(10))),
                "root",
                now)));
        pulse(Duration.ofMinutes(4));
        List<Views.TokenView> tokens = done(head.read(0, Views::tokens));
        assertThat(tokens).hasSize(1);
        assertThat(tokens.getFirst().expiresInMillis().orElseThrow())
                .isBetween(
                        Duration.ofMinutes(5).toMillis(), Duration.ofMinutes(6).toMillis());
        assertThat(tokens.getFirst().createdMillisAgo())
                .isGreaterThanOrEqualTo(Duration.ofMinutes(4).toMillis());
        pulse(Duration.ofMinutes(10));
        assertThat(done(head.read(0, Views::tokens))).isEmpty();
    }

    private void pulse(Duration sinceFounding) {
        Moment then = Moment.FOUNDING.plus(sinceFounding);
        loop.execute(() ->
                head.received(leader, new Message.Pulse(1, LEADER, then, index, List.of(LEADER), Optional.empty())));
    }
}
