package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.SampleJob;
import dev.bramble.model.Setting;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import dev.bramble.trust.ApiToken;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class UserDeskTest {
    private static final int LARGE_BYTES = 500_000;

    private final LeaderBench bench = new LeaderBench();
    private final ApiToken token = ApiToken.random(new Random(1));
    private final UserDesk desk = new UserDesk(
            bench.leader, new CborCodec(), new Admissions(bench.leader, Optional::empty, new Random(2)), new Random(3));

    UserDeskTest() {
        bench.append(new Command.CreateToken(new TokenRecord(
                token.id(),
                token.secret().sha256(),
                "ada",
                TokenPurpose.API,
                Optional.of(UserRole.SUBMITTER),
                Optional.empty(),
                "root",
                Moment.FOUNDING)));
    }

    private CompletableFuture<Control.Done> act(Action action) {
        CompletableFuture<Control.Done> done = desk.act(token.text(), action).toCompletableFuture();
        bench.settle();
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
    void aUserMayHaveSoManyBytesHereAndNoMore() {
        bench.join("a", 1);
        bench.append(new Command.ChangeSetting(Setting.BLOBS_USER_MAX.key(), 1000, "root"));
        assertThat(hold(1, 600)).isCompleted();
        assertThat(hold(1, 600)).as("the same again").isCompleted();
        RefusedException refused = (RefusedException) hold(2, 600).exceptionNow();
        assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.LIMIT);
        assertThat(refused).hasMessageContaining("1200 bytes", "remove old jobs", "blobs.user-max");
        assertThat(hold(3, 400)).isCompleted();
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
        int fit = (int) (UserDesk.SPEC_BYTES_MAX / (LARGE_BYTES + 1000));
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
}
