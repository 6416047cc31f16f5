package dev.bramble.dashboard.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FailureCauseTest {
    private static final List<String> NODES = List.of("pi01", "pi07");

    private static String signature(String reason) {
        return FailureCause.of(reason, NODES).signature();
    }

    @Test
    void whatDiffersFromOneFailureToTheNextIsNoOtherCause() {
        assertThat(signature("it was silent for 4.5 s")).isEqualTo(signature("it was silent for 12 s"));
        assertThat(signature("pi01 cannot read /tmp/7f3a9c0012/x"))
                .isEqualTo(signature("pi07 cannot read /tmp/00aa11bb22/x"));
        assertThat(signature("at 0x7fff12: bad")).isEqualTo(signature("at 0x6ffe90: bad"));
    }

    @Test
    void anotherExitCodeOrSignalOrTextIsAnotherCause() {
        assertThat(signature("exit code 1")).isNotEqualTo(signature("exit code 137"));
        assertThat(signature("killed by signal 9")).isNotEqualTo(signature("killed by signal 11"));
        assertThat(signature("KeyError: 'lr'")).isNotEqualTo(signature("KeyError: 'depth'"));
    }

    @Test
    void aNodesNameIsOnlyTakenOutWhereItStandsAlone() {
        assertThat(signature("pi01x is missing")).isNotEqualTo(signature("pi07x is gone"));
        assertThat(signature("no model-pi01 here")).contains("model-pi");
    }

    @Test
    void theReasonIsWhatFollowsWhomItMet() {
        Told told = new Told()
                .failed(
                        9,
                        "pi07",
                        7,
                        3,
                        1,
                        "exit code 2: no such file (more of this kind of this job are not told here)")
                .node(EventKind.NODE_LOST, 8, "pi07", "pi07 was lost: its connection broke")
                .add(
                        EventKind.TASKS_LOST,
                        7,
                        "pi07",
                        Optional.of(new JobId(7)),
                        3,
                        "2 tasks, the first is 3, of job 7 ran on pi07 and start elsewhere: it was silent for 4 s",
                        Optional.empty())
                .node(EventKind.FILE_LOST, 6, "", "a file of job 7 is lost: both copies are gone");
        assertThat(told.events)
                .extracting(event -> FailureCause.of(event, NODES).reason())
                .containsExactly(
                        "exit code 2: no such file",
                        "its connection broke",
                        "it was silent for 4 s",
                        "a file of job 7 is lost: both copies are gone");
    }
}
