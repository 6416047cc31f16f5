package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.ledger.Command;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.SampleJob;
import dev.bramble.model.Setting;
import dev.bramble.model.UserRole;
import dev.bramble.model.WorkOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class UserDeskTest {
    private static final int LARGE_BYTES = 500_000;

    private final LeaderBench bench = new LeaderBench();
    private final DeskBench desk = new DeskBench(bench, "ada", UserRole.SUBMITTER);

    private CompletableFuture<Control.Done> act(Action action) {
        CompletableFuture<Control.Done> done = desk.act(action);
        assertThat(done).isDone();
        return done;
    }

    private CompletableFuture<Control.Done> submitLarge() {
        SampleJob job = SampleJob.of(1).command(List.of("echo", "x".repeat(LARGE_BYTES)));
        return act(new Action.SubmitJob(job.spec(), "", ""));
    }

    private CompletableFuture<Control.Done> hold(int number, long bytes) {
        NodeId node = bench.state().nodes().firstKey();
        return act(new Action.HoldBlob(new BlobId("%064x".formatted(number)), bytes, List.of(node)));
    }

    @Test
    void aJobIsRefusedForGoodWhileTheBrambleIsBeingShutDown() {
        bench.append(new Command.OrderShutdown(
                1,
                DrainMode.FINISH,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                "moving house",
                "bob",
                Optional.empty()));
        RefusedException refused = (RefusedException)
                act(new Action.SubmitJob(SampleJob.of(1).spec(), "", "")).exceptionNow();
        assertThat(refused.refusal().kind()).as("no client asks again").isEqualTo(Refusal.Kind.CONFLICT);
        assertThat(refused).hasMessageContaining("is being shut down by bob (moving house)", "after the next start");
    }

    @Test
    void aUserMayHaveSoManyBytesHereAndNoMore() {
        bench.join("a", 1);
        bench.append(new Command.ChangeSetting(Setting.BLOBS_USER_MAX.key(), 1000, "root"));
        assertThat(hold(1, 600)).isCompleted();
        assertThat(hold(1, 600)).as("the same again").isCompleted();
        RefusedException refused = (RefusedException) hold(2, 600).exceptionNow();
        assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.LIMIT);
        assertThat(refused).hasMessageContaining("600 bytes", "remove old jobs", "blobs.user-max");
        assertThat(hold(3, 400)).isCompleted();
    }

    @Test
    void aJobForANodeThatIsNotThereIsRefusedAndTheNodesAreNamed() {
        bench.join("a", 1);
        bench.join("b", 1);
        JobSpec spec = SampleJob.of(1).on("a", "pi77").spec();
        RefusedException refused =
                (RefusedException) act(new Action.SubmitJob(spec, "", "")).exceptionNow();
        assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.INVALID);
        assertThat(refused.refusal().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.sentence())
                        .contains("there is no node pi77")
                        .contains("a, b"));
        assertThat(act(new Action.SubmitJob(SampleJob.of(1).on("b").spec(), "", "")))
                .isCompleted();
    }

    @Test
    void soManyUploadsMayWaitForAJobAndNoMore() {
        bench.join("a", 1);
        bench.append(new Command.ChangeSetting(Setting.BLOBS_HELD_MAX.key(), 2, "root"));
        assertThat(hold(1, 1)).isCompleted();
        assertThat(hold(2, 1)).isCompleted();
        assertThat((RefusedException) hold(3, 1).exceptionNow()).hasMessageContaining("holds 2 uploads", "24 hours");
    }

    @Test
    void moreJobsThanTheVotersMemoryHoldsAreRefusedUntilSomeAreRemoved() {
        set(Setting.JOBS_USER_BYTES_MAX, Setting.JOBS_USER_BYTES_MAX.max());
        int fit = (int) (Setting.JOBS_BYTES_MAX.standard() / (LARGE_BYTES + 1000));
        for (int i = 0; i < fit; i++) {
            assertThat(submitLarge()).isCompleted();
        }
        RefusedException refused = (RefusedException) submitLarge().exceptionNow();
        assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.LIMIT);
        assertThat(refused).hasMessageContaining("remove old ones");
        JobId first = new JobId(1);
        act(new Action.CancelJob(first)).join();
        act(new Action.RemoveJob(first)).join();
        assertThat(submitLarge()).isCompleted();
    }

    private void set(Setting setting, long value) {
        bench.append(new Command.ChangeSetting(setting.key(), value, "root"));
    }

    private CompletableFuture<Control.Done> submit(int tasks) {
        return act(new Action.SubmitJob(SampleJob.of(tasks).spec(), "", ""));
    }

    private static RefusedException limit(CompletableFuture<Control.Done> done) {
        RefusedException refused = (RefusedException) done.exceptionNow();
        assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.LIMIT);
        return refused;
    }

    @Test
    void aUserMayHaveSoManyJobsThatAreNotDoneUntilOneEnds() {
        set(Setting.JOBS_USER_ACTIVE_MAX, 2);
        assertThat(submit(1)).isCompleted();
        assertThat(submit(1)).isCompleted();
        assertThat(limit(submit(1)))
                .hasMessageContainingAll(
                        "ada has 2 jobs not done",
                        "jobs.user-active-max is 2",
                        "wait for some to end",
                        "bramble settings jobs.user-active-max VALUE");
        act(new Action.CancelJob(new JobId(1))).join();
        assertThat(submit(1)).isCompleted();
        assertThat(limit(act(new Action.RetryJob(new JobId(1))))).hasMessageContaining("jobs.user-active-max is 2");
    }

    @Test
    void jobsOfOthersCountForTheWholeBrambleAlone() {
        bench.append(new Command.SubmitJob(new JobId(1), SampleJob.of(1).spec(), "eve", "", ""));
        set(Setting.JOBS_USER_ACTIVE_MAX, 1);
        assertThat(submit(1)).isCompleted();
        set(Setting.JOBS_USER_ACTIVE_MAX, 10);
        set(Setting.JOBS_ACTIVE_MAX, 2);
        assertThat(limit(submit(1))).hasMessageContainingAll("the bramble has 2 jobs not done", "jobs.active-max is 2");
    }

    @Test
    void aUserMayHaveSoManyOpenTasksOverAllJobs() {
        set(Setting.JOBS_USER_OPEN_TASKS_MAX, 100);
        assertThat(submit(60)).isCompleted();
        assertThat(limit(submit(41)))
                .hasMessageContainingAll("has 60 tasks not done", "this job has 41", "jobs.user-open-tasks-max is 100");
        assertThat(submit(40)).isCompleted();
    }

    @Test
    void soManyJobsAreKept() {
        set(Setting.JOBS_KEPT_MAX, 1);
        assertThat(submit(1)).isCompleted();
        act(new Action.CancelJob(new JobId(1))).join();
        assertThat(limit(submit(1))).hasMessageContainingAll("keeps 1 job,", "jobs.kept-max is 1", "`bramble rm`");
        act(new Action.RemoveJob(new JobId(1))).join();
        assertThat(submit(1)).isCompleted();
    }

    @Test
    void theDescriptionsOfOneUsersJobsHaveALimit() {
        set(Setting.JOBS_USER_BYTES_MAX, LARGE_BYTES + 10_000);
        assertThat(submitLarge()).isCompleted();
        assertThat(limit(submitLarge())).hasMessageContainingAll("kept for ada would come to", "jobs.user-bytes-max");
        act(new Action.CancelJob(new JobId(1))).join();
        act(new Action.RemoveJob(new JobId(1))).join();
        assertThat(submitLarge()).isCompleted();
    }

    @Test
    void whoseResultsAreMoreThanALimitBeginsNothingNew() {
        bench.ready("a");
        set(Setting.BLOBS_USER_MAX, 1000);
        assertThat(submit(1)).isCompleted();
        bench.settle();
        WorkOrder order = bench.orders("a").getFirst();
        Output large = new Output.Stored(new BlobId("%064x".formatted(7)), 5000, List.of(new NodeId("a")), "");
        bench.report("a", List.of(), SampleJob.outcome(order.attempt(), order.task(), 0, AttemptEnd.SUCCEEDED, large));
        assertThat(limit(submit(1)))
                .hasMessageContainingAll("files and results of ada", "blobs.user-max", "bramble rm");
        act(new Action.RemoveJob(new JobId(1))).join();
        assertThat(submit(1)).isCompleted();
    }
}
