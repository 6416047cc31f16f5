package dev.bramble.dashboard.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.failures.CauseGroup.Failure;
import dev.bramble.model.JobId;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CauseGroupTest {
    private static Failure failure(String reason, int job, String node, long millisAgo, long tasks) {
        return new Failure(
                FailureCause.of(reason, List.of()), Optional.of(new JobId(job)), node, millisAgo, tasks, 0, -1);
    }

    @Test
    void theSameErrorOnSeveralBoardsIsToldApartFromOneBoardAlone() {
        List<CauseGroup> groups = CauseGroup.of(List.of(
                failure("exit code 1", 7, "pi01", 900, 1),
                failure("exit code 1", 7, "pi02", 800, 2),
                failure("exit code 1", 7, "pi03", 700, 1),
                failure("no space left on device, 12 bytes short", 7, "pi07", 600, 1),
                failure("no space left on device, 90 bytes short", 7, "pi07", 500, 4)));

        assertThat(groups)
                .extracting(CauseGroup::spread)
                .containsExactly(
                        "only on pi07, 5 times: look at that board first",
                        "the same on 3 boards (pi01, pi02, pi03): look at the program and its input first");
        assertThat(groups).extracting(CauseGroup::tasks).containsExactly(5L, 4L);
        assertThat(groups.getFirst().isOfOneBoard()).isTrue();
        assertThat(groups.getFirst().firstMillisAgo()).isEqualTo(600);
        assertThat(groups.getFirst().cause().reason()).contains("90 bytes");
    }

    @Test
    void anotherJobIsAnotherGroupAndOneFailureBlamesNobody() {
        List<CauseGroup> groups = CauseGroup.of(
                List.of(failure("exit code 1", 7, "pi01", 900, 1), failure("exit code 1", 8, "pi02", 800, 1)));

        assertThat(groups).extracting(CauseGroup::spread).containsExactly("once, on pi02", "once, on pi01");
        assertThat(groups).noneMatch(CauseGroup::isOfOneBoard);
    }

    @Test
    void whatHasNoJobPointsAtWhatBoardsShare() {
        List<Failure> lost = IntStream.range(0, 9)
                .mapToObj(i -> new Failure(
                        FailureCause.of("its connection broke", List.of()),
                        Optional.empty(),
                        "pi0" + i,
                        100 + i,
                        1,
                        -1,
                        i))
                .toList();

        assertThat(CauseGroup.of(lost).getFirst().spread())
                .isEqualTo("the same on 9 boards (pi00, pi01, pi02, pi03, pi04, and 4 more): look at what they share"
                        + " first: power supply, switch, cable");
    }
}
