package dev.bramble.dashboard.failures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.Toll;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IncidentTest {
    private static Told lost(Told told, long millisAgo, int tasks, long workMillis) {
        return told.add(
                EventKind.TASKS_LOST,
                millisAgo,
                "pi07",
                Optional.of(new JobId(7)),
                3,
                "tasks of job 7 ran on pi07 and start elsewhere: its connection broke",
                Optional.of(new Toll(tasks, workMillis)));
    }

    @Test
    void aLostNodeIsOneIncidentWithItsTasksItsCostAndItsEnd() {
        Told told = new Told().node(EventKind.NODE_LOST, 90_000, "pi07", "pi07 was lost: its connection broke");
        lost(told, 89_000, 4, 30_000);
        told.node(EventKind.NODE_LOST, 60_000, "pi01", "pi01 was lost: it was silent");
        told.node(EventKind.NODE_RETURNED, 50_000, "pi07", "pi07 is back after 40 s");
        List<Incident> incidents = Incident.of(told.events);

        assertThat(incidents).hasSize(2);
        Incident of07 = incidents.getLast();
        assertThat(of07.lasts()).isFalse();
        assertThat(of07.lastedMillis()).hasValue(40_000);
        assertThat(of07.tasks()).isEqualTo(4);
        assertThat(of07.redoneMillis()).hasValue(30_000);
        assertThat(of07.evidence()).hasSize(3);
        assertThat(of07.jobs()).containsExactly(new JobId(7));
        assertThat(incidents.getFirst().lasts()).isTrue();
        assertThat(incidents.getFirst().lastedMillis()).hasValue(60_000);
    }

    @Test
    void lossesLongAfterANodeWentAreAnIncidentOfTheirOwn() {
        Told told = new Told().node(EventKind.NODE_LOST, 600_000, "pi07", "pi07 was lost: its connection broke");
        lost(told, 100_000, 1, 0);

        assertThat(Incident.of(told.events))
                .extracting(incident -> incident.first().kind())
                .containsExactly(EventKind.TASKS_LOST, EventKind.NODE_LOST);
    }

    @Test
    void failuresOfAJobAreOneIncidentUntilTheJobFails() {
        Told told = new Told()
                .failed(9_000, "pi01", 7, 1, 2, "exit code 1")
                .failed(8_000, "pi02", 7, 3, 1, "exit code 1")
                .failed(7_500, "pi02", 8, 0, 1, "exit code 1")
                .add(EventKind.JOB_FAILED, 7_000, "", Optional.of(new JobId(7)), -1, "job 7 failed", Optional.empty())
                .failed(1_000, "pi02", 7, 5, 1, "exit code 1, after a retry");
        List<Incident> incidents = Incident.of(told.events);

        assertThat(incidents).extracting(incident -> incident.first().number()).containsExactly(5L, 3L, 1L);
        assertThat(incidents.getLast().tasks()).isEqualTo(3);
        assertThat(incidents.getLast().lastedMillis()).hasValue(2_000);
        assertThat(incidents.getLast().lasts()).isFalse();
    }

    @Test
    void aSickBoardIsNotOverWhenAnotherOneIsWell() {
        Told told = new Told()
                .node(EventKind.BOARD_SICK, 9_000, "pi01", "the board of pi01 is not well: hot")
                .node(EventKind.BOARD_WELL, 8_000, "pi02", "the board of pi02 is well");
        assertThat(Incident.of(told.events).getFirst().lasts()).isTrue();
        told.node(EventKind.BOARD_WELL, 7_000, "pi01", "the board of pi01 is well");
        assertThat(Incident.of(told.events).getFirst().lasts()).isFalse();
    }

    @Test
    void newsAloneIsNoIncident() {
        assertThat(Incident.of(new Told().node(EventKind.NODE_JOINED, 9, "pi01", "joined").events))
                .isEmpty();
    }
}
