package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Toll;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class FailurePagesTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private final Visitor vera = dashboard.visitor("vera");

    private void happen(EventKind kind, String node, String text) {
        dashboard.bramble.happen(kind, Optional.of(node), Optional.empty(), text);
    }

    @Test
    void withoutFailuresThePageSaysSinceWhenNothingFailed() {
        assertThat(vera.page("/failures")).contains("Nothing failed", "Nothing has happened yet.", "No node was away.");
        happen(EventKind.NODE_JOINED, "n1", "pi01 joined");
        assertThat(vera.page("/failures")).contains("Since the bramble was founded");
    }

    @Test
    void aLostNodeIsShownWithItsCauseUntilItIsBack() {
        happen(EventKind.NODE_JOINED, "n2", "pi02 joined");
        happen(EventKind.NODE_LOST, "n2", "pi02 was lost: <its connection broke>");
        String page = vera.page("/failures");

        assertThat(page)
                .contains(
                        "1 failure is not over",
                        "&lt;its connection broke&gt;",
                        "href=\"/nodes/pi02\"",
                        "Once, on pi02.")
                .doesNotContain("<its connection");
        happen(EventKind.NODE_RETURNED, "n2", "pi02 is back");
        assertThat(vera.page("/failures")).contains("Nothing is failing now").doesNotContain("is not over");
    }

    @Test
    void failuresOfATaskLeadToWhatItPrintedAlsoWhenItsNodeIsGone() {
        dashboard.bramble.events.add(new Views.EventView(
                1,
                EventKind.TASK_FAILED,
                1_500,
                Optional.empty(),
                Optional.of(new NodeId("gone")),
                "pi99",
                Optional.of(new JobId(7)),
                3,
                "bramble",
                "task 3 of job 7 failed on pi99: exit code 2",
                Optional.of(new Toll(1, 1_500))));
        String page = vera.page("/failures");

        assertThat(page).contains("href=\"/jobs/7/tasks/3\"", "Exit code 2.");
        assertThat(vera.page("/events/1")).contains("/jobs/7/tasks/3", "&quot;kind&quot; : &quot;task-failed&quot;");
    }

    @Test
    void failuresAreFilteredByNodeAndJob() {
        happen(EventKind.NODE_LOST, "n1", "pi01 was lost: cause one");
        happen(EventKind.NODE_LOST, "n2", "pi02 was lost: cause two");

        assertThat(vera.page("/failures?node=pi02"))
                .contains("Cause two.", "Show all")
                .doesNotContain("Cause one.");
        assertThat(vera.page("/failures?job=9")).doesNotContain("Cause one.", "Cause two.");
    }

    @Test
    void eventsAreNewestFirstFilteredAndPagedToTheOldest() {
        for (int i = 1; i <= 130; i++) {
            happen(
                    i % 2 == 0 ? EventKind.NODE_LOST : EventKind.NODE_RETURNED,
                    i % 2 == 0 ? "n1" : "n2",
                    "number " + i + " here");
        }
        String first = vera.page("/events");
        assertThat(first)
                .contains("Number 130 here.", "Number 71 here.", "/events?before=71")
                .doesNotContain("Number 70 here.");
        assertThat(first.indexOf("Number 130 here.")).isLessThan(first.indexOf("Number 129 here."));
        String last = vera.page("/events?before=11");
        assertThat(last).contains("Number 10 here.", "Number 1 here.").doesNotContain("id=\"older\"", "data-live");
        assertThat(first).contains("data-live=\"/live/events\"");
        assertThat(vera.page("/events?node=pi01&warnings=on"))
                .contains("Number 12 here.", "/events?node=pi01&amp;warnings=on&amp;before=")
                .doesNotContain("Number 129 here.");
        assertThat(vera.page("/events?kind=node-returned"))
                .contains("Number 129 here.")
                .doesNotContain("Number 130 here.");
    }

    @Test
    void aFilterThatKnowsNothingSaysWhatThereIs() {
        happen(EventKind.NODE_LOST, "n1", "pi01 was lost");
        assertThat(vera.page("/events?node=pi77")).contains("There is no node 'pi77': there are pi01, pi02.");
        assertThat(vera.page("/events?job=x")).contains("is no number of a job");
        assertThat(vera.page("/events?kind=boom")).contains("no kind of event called");
        assertThat(vera.page("/events?job=4")).contains("Nothing of this kind has happened");
    }

    @Test
    void anEventThatIsNotThereIsToldSo() {
        assertThat(vera.get("/events/1").status()).isEqualTo(404);
        happen(EventKind.NODE_LOST, "n1", "pi01 was lost");
        assertThat(vera.get("/events/1").status()).isEqualTo(200);
        assertThat(vera.get("/events/2").text()).contains("has not happened yet");
        assertThat(vera.get("/events/x").text()).contains("is no number of an event");
    }
}
