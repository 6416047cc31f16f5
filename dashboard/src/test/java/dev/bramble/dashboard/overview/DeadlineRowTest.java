package dev.bramble.dashboard.overview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeadlineRowTest {
    private static final long MINUTE = 60_000;

    private static Views.JobView job(long number, JobPhase phase, Long deadlineInMillis, Long slackMillis) {
        return new Views.JobView(
                new JobId(number),
                "job" + number,
                "ada",
                phase,
                10,
                1,
                0,
                1,
                false,
                false,
                1,
                -1,
                0,
                Optional.empty(),
                0,
                Optional.ofNullable(deadlineInMillis),
                false,
                Optional.ofNullable(slackMillis),
                "",
                "",
                0,
                List.of());
    }

    @Test
    void whatIsAtGreatestRiskComesFirst() {
        List<DeadlineRow> rows = DeadlineRow.of(List.of(
                job(1, JobPhase.RUNNING, 100 * MINUTE, 50 * MINUTE),
                job(2, JobPhase.RUNNING, 10 * MINUTE, -MINUTE),
                job(3, JobPhase.QUEUED, 30 * MINUTE, null),
                job(4, JobPhase.RUNNING, null, null),
                job(5, JobPhase.SUCCEEDED, 10 * MINUTE, 1L),
                job(6, JobPhase.RUNNING, -2 * MINUTE, null)));

        assertThat(rows).extracting(DeadlineRow::job).containsExactly("6", "2", "3", "1");
        assertThat(rows).extracting(DeadlineRow::word).containsExactly("trouble", "trouble", "attention", "well");
        assertThat(rows)
                .extracting(DeadlineRow::slack)
                .containsExactly("late", "1 min short", "pace not known yet", "50 min to spare");
        assertThat(rows.getFirst().left()).isEqualTo("was due 2 min ago");
    }

    @Test
    void aTenthOfTheTimeLeftIsTooLittleToBeCalm() {
        List<DeadlineRow> rows = DeadlineRow.of(List.of(job(1, JobPhase.RUNNING, 100 * MINUTE, 9 * MINUTE)));

        assertThat(rows.getFirst().word()).isEqualTo("attention");
    }
}
