package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.Origin;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalTallyTest {
    private final RefusalTally tally = new RefusalTally(0);
    private long nowNanos;

    private static Origin origin(String user, String address, String action) {
        return new Origin(user, "t1", "head1", address, action, "job 5");
    }

    private List<Command.Refused> after(Duration time) {
        nowNanos += time.toNanos();
        return tally.due(nowNanos);
    }

    @Test
    void theSameRefusalManyTimesIsOneRecord() {
        for (int i = 0; i < 500; i++) {
            tally.add(origin("ada", "192.0.2.7", "cancel-job"), "it is bob's");
        }
        assertThat(after(Duration.ZERO))
                .containsExactly(new Command.Refused(origin("ada", "192.0.2.7", "cancel-job"), "it is bob's", 500));
        tally.add(origin("ada", "192.0.2.7", "cancel-job"), "it is bob's");
        assertThat(after(Duration.ofSeconds(9))).isEmpty();
        assertThat(after(Duration.ofSeconds(1))).hasSize(1);
        assertThat(after(Duration.ofSeconds(10))).isEmpty();
    }

    @Test
    void manyDifferentRefusalsHaveABoundAndNoneIsLostFromTheCount() {
        for (int i = 0; i < 1000; i++) {
            tally.add(origin("user" + i, "192.0.2.7", "cancel-job"), "no");
        }
        List<Command.Refused> due = after(Duration.ZERO);
        assertThat(due).hasSize(RefusalTally.COUNTED_MAX + 1);
        assertThat(due.stream().mapToInt(Command.Refused::times).sum()).isEqualTo(1000);
    }

    @Test
    void refusedLoginsAreCountedTogetherHoweverManyNamesAndAddressesTheyHave() {
        for (int i = 0; i < 1000; i++) {
            tally.add(origin(i % 2 == 0 ? "ada" : "unknown", "10.0.0." + i % 200, RefusalTally.LOG_IN), "wrong");
        }
        List<Command.Refused> due = after(Duration.ZERO);
        assertThat(due).hasSize(1);
        assertThat(due.getFirst().times()).isEqualTo(1000);
        assertThat(due.getFirst().why()).contains("ada (500), unknown (500)").contains("more");
    }

    @Test
    void anAttackerWhoGoesOnForADayWritesSomeThirtyRecords() {
        int records = 0;
        for (int second = 0; second < Duration.ofDays(1).toSeconds(); second++) {
            tally.add(origin("ada", "10.0.0." + second % 250, RefusalTally.LOG_IN), "wrong");
            records += after(Duration.ofSeconds(1)).size();
        }
        assertThat(records).isBetween(24, 40);
    }

    @Test
    void afterAPauseTheNextRefusedLoginIsWrittenSoon() {
        for (int i = 0; i < 100; i++) {
            tally.add(origin("ada", "10.0.0.1", RefusalTally.LOG_IN), "wrong");
            after(Duration.ofSeconds(10));
        }
        after(Duration.ofHours(1));
        after(Duration.ofHours(3));
        tally.add(origin("ada", "10.0.0.1", RefusalTally.LOG_IN), "wrong");
        assertThat(after(Duration.ZERO)).hasSize(1);
        tally.add(origin("ada", "10.0.0.1", RefusalTally.LOG_IN), "wrong");
        assertThat(after(Duration.ofSeconds(10))).hasSize(1);
    }
}
