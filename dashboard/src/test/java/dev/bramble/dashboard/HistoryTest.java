package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.dashboard.history.History;
import dev.bramble.dashboard.history.Scaling;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.RackLayout;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** From what a head sees to what a chart gets. */
class HistoryTest {
    private final InMemoryBramble bramble = new InMemoryBramble();
    private final History history = new History(Optional.empty());

    private Views.JobView job(long number) {
        return bramble.jobView(new JobId(number), "sweep", "ada", JobPhase.RUNNING, 1_000, 0, 0, false);
    }

    /** A second of one job that keeps {@code busy} nodes at work. */
    private Seen second(long number, int busy, long tasksEnded, Views.JobView... jobs) {
        List<Views.NodeView> nodes = new ArrayList<>();
        for (int i = 1; i <= busy; i++) {
            // Each has two tasks that run.
            nodes.add(InMemoryBramble.node(
                    "n" + i, "pi0" + i, i == 1, Views.Link.UP, NodeStanding.READY, "", Optional.empty()));
        }
        Views.Summary summary = new Views.Summary(
                "home",
                "l-1",
                1,
                100,
                Optional.of(new NodeId("n1")),
                Optional.empty(),
                busy,
                busy,
                1,
                jobs.length,
                5_000,
                2L * busy,
                0,
                new Views.Files(0, 0, 0, 0, 0, 0),
                List.of());
        return new Seen(
                number * 1_000,
                new Moment(number * 1_000),
                Optional.empty(),
                summary,
                nodes,
                List.of(jobs),
                List.of(),
                Optional.empty(),
                RackLayout.EMPTY,
                new Views.AlertNotesView(List.of(), List.of()),
                Map.of(),
                tasksEnded);
    }

    @Test
    void rateIsMeasuredForEachNumberOfNodesAtWork() {
        long ended = 0;
        for (int i = 0; i < 60; i++) {
            int busy = i < 30 ? 2 : 4;
            ended += busy == 2 ? 10 : 15;
            history.record(second(i, busy, ended, job(7)));
        }

        Scaling scaling = history.scaling();
        assertThat(scaling.job()).contains(7L);
        assertThat(scaling.points()).extracting(Scaling.Point::nodes).containsExactly(2, 4);
        assertThat(scaling.efficiency()).contains(0.75);
    }

    @Test
    void secondsWithTwoJobsMeasureNothing() {
        for (int i = 0; i < 60; i++) {
            history.record(second(i, i < 30 ? 2 : 4, i * 10L, job(7), job(8)));
        }

        assertThat(history.scaling().points()).isEmpty();
    }

    @Test
    void whatWasMeasuredStaysUntilAnotherJobHasMoreToShow() {
        for (int i = 0; i < 60; i++) {
            history.record(second(i, i < 30 ? 2 : 4, i * 10L, job(7)));
        }
        for (int i = 60; i < 80; i++) {
            history.record(second(i, 4, i * 10L, job(8)));
        }
        assertThat(history.scaling().job()).contains(7L);

        for (int i = 80; i < 100; i++) {
            history.record(second(i, 3, i * 10L, job(8)));
        }
        assertThat(history.scaling().job()).contains(8L);
    }

    @Test
    void chartGetsColumnsWithGapsWhereNothingWasKnown() throws Exception {
        try (RunningDashboard dashboard = new RunningDashboard()) {
            synchronized (dashboard.bramble) {
                dashboard.bramble.nodes.set(
                        1,
                        InMemoryBramble.node(
                                "n2",
                                "pi02",
                                false,
                                Views.Link.DOWN,
                                NodeStanding.READY,
                                "",
                                Optional.of(InMemoryBramble.health(99))));
            }
            String asked = "/history?from=-30&names=node.pi01.temperature-celsius,"
                    + "node.pi02.temperature-celsius,bramble.nodes-up,node.*.load";
            JsonNode answer;
            int second;
            do {
                // Refused until the first look; then pi02 may still be up in it.
                answer = dashboard.get("vera", asked).json();
                second = answer.path("names").isArray() ? secondWithOneNodeUp(answer) : -1;
            } while (second < 0);

            assertThat(answer.get("stepSeconds").asInt()).isEqualTo(1);
            assertThat(answer.get("names").toString())
                    .isEqualTo("[\"node.pi01.temperature-celsius\",\"node.pi02.temperature-celsius\","
                            + "\"bramble.nodes-up\",\"node.pi01.load\",\"node.pi02.load\"]");
            assertThat(answer.get("data").get(1).get(second).asDouble()).isEqualTo(47.3);
            // It is down, so what was heard last says nothing of now. Before the first look, nothing was known at all.
            assertThat(answer.get("data").get(2).get(second).isNull()).isTrue();
            assertThat(answer.get("data").get(3).get(0).isNull()).isTrue();
            JsonNode times = answer.get("data").get(0);
            assertThat(times.get(times.size() - 1).asLong())
                    .isBetween(System.currentTimeMillis() / 1_000 - 5, System.currentTimeMillis() / 1_000 + 1);
            assertThat(times.size()).isEqualTo(31);
        }
    }

    private static int secondWithOneNodeUp(JsonNode answer) {
        JsonNode up = answer.get("data").get(3);
        for (int i = 0; i < up.size(); i++) {
            if (!up.get(i).isNull() && up.get(i).asDouble() == 1) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void figureThatIsNotThereIsRefusedWithThoseThatAre() throws Exception {
        try (RunningDashboard dashboard = new RunningDashboard()) {
            assertThat(dashboard
                            .get("vera", "/history?names=bramble.joy,node.pi01.mood&from=5x")
                            .json()
                            .get("errors"))
                    .hasSize(3)
                    .first()
                    .satisfies(error -> assertThat(error.toString()).contains("tasks-per-second"));
            assertThat(dashboard.get("vera", "/history").status()).isEqualTo(400);
            assertThat(dashboard.get("vera", "/history?names=node.pi77.load").status())
                    .isEqualTo(404);
            assertThat(dashboard.get("", "/history?names=node.pi01.load").status())
                    .isEqualTo(401);
        }
    }

    @Test
    void nodeThatWasForgottenTakesItsHistoryAlong() {
        history.record(second(1, 3, 0));
        history.record(second(2, 1, 0));

        assertThat(history.nodes()).containsExactly("pi01");
    }
}
