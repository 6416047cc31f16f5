package dev.bramble.dashboard.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.failures.FailureGroup.Spread;
import dev.bramble.model.JobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FailureGroupsTest {
    private static final JobId JOB = new JobId(7);

    private static FailedTry failed(int task, String node, String reason, String words) {
        return new FailedTry(JOB, task, node, reason, words);
    }

    private static FailureGroup only(List<FailedTry> failures, Set<String> well) {
        List<FailureGroup> groups = FailureGroups.of(failures, well).groups();
        assertThat(groups).hasSize(1);
        return groups.getFirst();
    }

    @Test
    void sameErrorOnThreeBoardsIsOneCauseEverywhere() {
        FailureGroup group = only(
                List.of(
                        failed(0, "pi01", "exit code 1", "pi01: no module named torch, line 12"),
                        failed(1, "pi02", "exit code 1", "pi02: no module named torch, line 13"),
                        failed(2, "pi03", "exit code 1", "pi03: no module named torch, line 14"),
                        failed(2, "pi01", "exit code 1", "pi01: no module named torch, line 14")),
                Set.of("pi04"));

        assertThat(group.spread()).isEqualTo(Spread.EVERYWHERE);
        assertThat(group.tries()).isEqualTo(4);
        assertThat(group.tasks()).isEqualTo(3);
        assertThat(group.verdict()).startsWith("the same error on 3 boards");
        assertThat(group.places()).isEqualTo("pi01 2, pi02 1, pi03 1");
    }

    @Test
    void errorOfOneBoardIsItsOwnOnlyWhileOthersDoWell() {
        List<FailedTry> failures =
                List.of(failed(0, "pi07", "killed by signal 7", ""), failed(1, "pi07", "killed by signal 7", ""));

        assertThat(only(failures, Set.of("pi01", "pi07")).verdict()).startsWith("only on pi07, while");
        assertThat(only(failures, Set.of("pi07")).verdict()).isEqualTo("only on pi07 so far");
    }

    @Test
    void oneTaskThatFailsWhereverItRunsIsToBlameItself() {
        FailureGroup group = only(
                List.of(failed(5, "pi01", "exit code 2", "bad line"), failed(5, "pi02", "exit code 2", "bad line")),
                Set.of("pi03"));

        assertThat(group.spread()).isEqualTo(Spread.ONE_TASK);
    }

    @Test
    void oneAttemptSaysNothingAboutBoards() {
        assertThat(only(List.of(failed(5, "pi01", "exit code 2", "")), Set.of("pi03"))
                        .verdict())
                .isEqualTo("once, on pi01");
    }

    @Test
    void exitCodesAndSignalsTellCausesApart() {
        FailureGroups.Grouped grouped = FailureGroups.of(
                List.of(
                        failed(0, "pi01", "exit code 1", ""),
                        failed(1, "pi01", "exit code 2", ""),
                        failed(2, "pi01", "killed by signal 9", ""),
                        failed(3, "pi01", "killed by signal 11", "")),
                Set.of());

        assertThat(grouped.groups()).hasSize(4);
    }

    @Test
    void rareCausesBeyondThoseShownAreCounted() {
        List<FailedTry> failures = new ArrayList<>();
        for (int cause = 0; cause < FailureGroups.GROUPS_MAX + 3; cause++) {
            for (int time = 0; time <= cause; time++) {
                failures.add(failed(time, "pi01", "error " + "x".repeat(cause + 1), ""));
            }
        }
        FailureGroups.Grouped grouped = FailureGroups.of(failures, Set.of());

        assertThat(grouped.groups()).hasSize(FailureGroups.GROUPS_MAX);
        assertThat(grouped.groups().getFirst().tries()).isEqualTo(FailureGroups.GROUPS_MAX + 3);
        assertThat(grouped.more()).isEqualTo(3);
        assertThat(grouped.triesInMore()).isEqualTo(1 + 2 + 3);
    }
}
