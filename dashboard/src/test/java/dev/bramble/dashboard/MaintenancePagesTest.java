package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.control.DrainPreview;
import dev.bramble.control.Views;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class MaintenancePagesTest {
    private static final DrainSpec STANDARD =
            new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.STAY, 1);
    private static final DrainPreview HARMLESS =
            new DrainPreview(List.of(), List.of(), 5_000, List.of(), List.of("drained in about 5 s"));

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private static String seen(Visitor.Seen page) {
        Matcher field =
                Pattern.compile("name=\"seen\" id=\"seen\" value=\"([^\"]*)\"").matcher(page.text());
        assertThat(field.find()).isTrue();
        return field.group(1);
    }

    private List<Action> drains() {
        return dashboard.control.acted.stream()
                .filter(Action.OrderDrain.class::isInstance)
                .toList();
    }

    @Test
    void dialogShowsAtOnceWhatTheStandardDrainWouldDo() {
        Visitor.Seen page = dashboard.visitor("olga").get("/nodes/pi02/drain");

        assertThat(page.text())
                .contains("pi02 is drained in about a minute.", "1 task starts anew elsewhere.")
                .contains("Deadline at risk.", "Job 7 would be 90 s late.", "about 1 min");
        assertThat(dashboard.control.previewed)
                .containsExactly(new Action.OrderDrain(List.of(new NodeId("n2")), STANDARD, ""));
    }

    @Test
    void previewOrdersNothingAndKeepsWhatWasTyped() {
        Visitor.Seen page = dashboard
                .visitor("olga")
                .send(
                        "/nodes/pi02/drain",
                        "do",
                        "preview",
                        "reason",
                        "new \"fan\"",
                        "mode",
                        "move",
                        "deadline",
                        "other",
                        "otherDeadline",
                        "45m",
                        "then",
                        "reboot",
                        "grace",
                        "10s");

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.text()).contains("value=\"new &quot;fan&quot;\"", "value=\"45m\"", "value=\"10s\"");
        assertThat(page.text()).containsPattern("id=\"mode-move\" value=\"move\" checked");
        assertThat(page.text()).containsPattern("id=\"then-reboot\" value=\"reboot\" checked");
        assertThat(dashboard.control.previewed.getLast().spec())
                .isEqualTo(new DrainSpec(
                        DrainMode.MOVE, Duration.ofMinutes(45), Duration.ofSeconds(10), AfterDrain.REBOOT, 1));
        assertThat(drains()).isEmpty();
    }

    @Test
    void allMistakesAreSaidAtOnceBesideTheirFieldsAndNothingIsLost() {
        Visitor.Seen page = dashboard
                .visitor("olga")
                .send(
                        "/nodes/pi02/drain",
                        "do",
                        "order",
                        "reason",
                        "",
                        "deadline",
                        "other",
                        "otherDeadline",
                        "soon",
                        "grace",
                        "2h");

        assertThat(page.status()).isEqualTo(422);
        assertThat(page.text())
                .contains("The reason is empty: say why", "The deadline is 'soon': write a time", "The grace is '2h'")
                .contains("value=\"soon\"", "value=\"2h\"", "aria-invalid=\"true\"");
        assertThat(drains()).isEmpty();
    }

    @Test
    void drainThatCostsSomebodyIsOrderedOnlyByWhoWasShownThat() {
        Visitor olga = dashboard.visitor("olga");
        Visitor.Seen first = olga.send("/nodes/pi02/drain", "do", "order", "reason", "new fan");
        assertThat(first.status()).isEqualTo(200);
        assertThat(first.text()).contains("It would cost something", "value=\"new fan\"");
        assertThat(drains()).isEmpty();

        Visitor.Seen other =
                olga.send("/nodes/pi02/drain", "do", "order", "reason", "new fan", "mode", "move", "seen", seen(first));
        assertThat(other.status()).as("other choices have other effects").isEqualTo(200);
        assertThat(drains()).isEmpty();

        Visitor.Seen second = olga.send("/nodes/pi02/drain", "do", "order", "reason", "new fan", "seen", seen(first));
        assertThat(second.location()).endsWith("/nodes/pi02/drain");
        assertThat(drains()).containsExactly(new Action.OrderDrain(List.of(new NodeId("n2")), STANDARD, "new fan"));
        assertThat(olga.get("/nodes/pi02/drain").text())
                .contains("The drain of pi02 is ordered.", "Not safe to unplug yet", "2 tasks run.")
                .contains("Ordered by olga under 1 s ago: new fan.");
    }

    @Test
    void pageThatIsTypedIntoIsNotLoadedAnewWithoutScripts() {
        String anew = "http-equiv=\"refresh\"";
        Visitor olga = dashboard.visitor("olga");

        assertThat(olga.get("/nodes/pi02/drain").text()).doesNotContain(anew).contains("This page stands still");
        assertThat(olga.get("/maintenance/new").text()).doesNotContain(anew);
        assertThat(olga.get("/maintenance").text()).contains(anew).doesNotContain("This page stands still");
        dashboard.bramble.setDrain(
                "n2", NodeStanding.DRAINING, Optional.of(InMemoryBramble.drain(STANDARD, "new fan", "olga")));
        assertThat(olga.get("/nodes/pi02/drain").text()).contains(anew);
    }

    @Test
    void harmlessDrainIsOrderedAtOnce() {
        dashboard.control.preview = HARMLESS;

        assertThat(dashboard
                        .visitor("olga")
                        .send("/nodes/pi02/drain", "do", "order", "reason", "new fan")
                        .status())
                .isEqualTo(303);
        assertThat(drains()).hasSize(1);
    }

    @Test
    void refusedPreviewOrdersNothing() {
        dashboard.control.preview = new DrainPreview(
                List.of("the voters would lose their majority"), List.of(), -1, List.of(), List.of("it would"));
        Visitor.Seen page = dashboard.visitor("olga").send("/nodes/pi02/drain", "do", "order", "reason", "new fan");

        assertThat(page.status()).isEqualTo(409);
        assertThat(page.text()).contains("It would be refused.", "The voters would lose their majority.");
        assertThat(drains()).isEmpty();
    }

    @Test
    void withoutALeaderTheFormIsThereAndSaysThatNobodyCanTell() {
        Visitor olga = dashboard.visitor("olga");
        dashboard.control.leaderless = true;
        assertThat(olga.get("/nodes/pi02/drain").text())
                .contains("Nobody can tell: <span>there is no leader now", "id=\"reason\"");
        Visitor.Seen refused = olga.send("/nodes/pi02/drain", "do", "order", "reason", "new fan");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).contains("Nothing was ordered: There is no leader now", "value=\"new fan\"");
    }

    @Test
    void secondOperatorIsToldWhoDrainsAndWhy() {
        dashboard.bramble.setDrain(
                "n2", NodeStanding.DRAINING, Optional.of(InMemoryBramble.drain(STANDARD, "new fan", "olga")));
        Visitor root = dashboard.visitor("root");
        Visitor.Seen second = root.send("/nodes/pi02/drain", "do", "order", "reason", "new card", "mode", "move");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.text())
                .contains("Your order was not taken: pi02 has a drain already:", "(ordered by olga)")
                .contains("mode is finish there and move here");

        Visitor.Seen same = root.send("/nodes/pi02/drain", "do", "order", "reason", "new fan");
        assertThat(same.status()).isEqualTo(303);
        assertThat(root.get("/nodes/pi02/drain").text()).contains("This drain had been ordered already.");
        assertThat(drains()).isEmpty();
    }

    @Test
    void drainedBoardIsProvenLineByLineAndReturnsToService() {
        Views.DrainView drain = InMemoryBramble.proven(InMemoryBramble.drain(STANDARD, "new fan", "olga"));
        dashboard.bramble.setDrain("n2", NodeStanding.DRAINED, Optional.of(drain));
        Visitor olga = dashboard.visitor("olga");
        Visitor.Seen page = olga.get("/nodes/pi02/drain");

        assertThat(page.text())
                .contains("<span>Safe to unplug</span>", ">No task is left on it.<", ">Its vote has moved to pi02.<")
                .contains("Return to service");
        assertThat(dashboard.visitor("vera").get("/nodes/pi02/drain").text())
                .contains("<span>Safe to unplug</span>")
                .doesNotContain("Return to service");
        assertThat(olga.send("/nodes/pi02/uncordon", "back", "maintenance").location())
                .endsWith("/maintenance");
    }

    @Test
    void onlyNodeMayBePoweredOffAndItsCardStays() {
        Views.DrainView drain = InMemoryBramble.inPlace(InMemoryBramble.drain(STANDARD, "new fan", "olga"));
        dashboard.bramble.setDrain("n2", NodeStanding.DRAINED, Optional.of(drain));

        assertThat(dashboard.visitor("vera").get("/nodes/pi02/drain").text())
                .contains("<span>Safe to power off</span>", "Do not remove its card")
                .doesNotContain("<span>Safe to unplug</span>");
    }

    @Test
    void expiredDrainIsNeverCalledSafe() {
        dashboard.bramble.setDrain(
                "n2", NodeStanding.EXPIRED, Optional.of(InMemoryBramble.drain(STANDARD, "new fan", "olga")));

        assertThat(dashboard.visitor("olga").get("/nodes/pi02/drain").text())
                .contains("<span>NOT safe to unplug</span>", "3 files have no other copy.", "Return to service")
                .doesNotContain("<span>Safe", "Cancel the drain");
    }

    @Test
    void drainIsCancelled() {
        dashboard.bramble.setDrain(
                "n2", NodeStanding.DRAINING, Optional.of(InMemoryBramble.drain(STANDARD, "new fan", "olga")));
        Visitor olga = dashboard.visitor("olga");

        assertThat(olga.get("/nodes/pi02/drain").text()).contains("Cancel the drain");
        assertThat(olga.send("/nodes/pi02/drain/cancel").location()).endsWith("/nodes/pi02");
        assertThat(olga.send("/nodes/pi02/drain/cancel").status()).isEqualTo(409);
        assertThat(dashboard.visitor("vera").send("/nodes/pi02/drain/cancel").status())
                .isEqualTo(403);
    }

    @Test
    void roundGoesInTheOrderOfThePlacesThatWereTyped() {
        dashboard.control.preview = HARMLESS;
        Visitor.Seen done = dashboard
                .visitor("olga")
                .send(
                        "/maintenance/new",
                        "do",
                        "order",
                        "reason",
                        "kernel",
                        "nodes",
                        "pi01",
                        "nodes",
                        "pi02",
                        "place-pi02",
                        "1",
                        "maxOut",
                        "2",
                        "then",
                        "reboot");

        assertThat(done.location()).endsWith("/maintenance");
        assertThat(drains())
                .containsExactly(new Action.OrderDrain(
                        List.of(new NodeId("n2"), new NodeId("n1")),
                        new DrainSpec(
                                DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.REBOOT, 2),
                        "kernel"));
    }

    @Test
    void roundWithoutBoardsSaysSoAndKeepsTheRest() {
        Visitor.Seen page = dashboard
                .visitor("olga")
                .send("/maintenance/new", "do", "order", "reason", "kernel", "maxOut", "many", "place-pi01", "1");

        assertThat(page.status()).isEqualTo(422);
        assertThat(page.text())
                .contains("The choice of boards is empty", "How many may be out is 'many'", "value=\"kernel\"");
    }

    @Test
    void boardsThatAreReadyToBeUnpluggedStandFirst() {
        Views.DrainView drain = InMemoryBramble.drain(STANDARD, "new fan", "olga");
        dashboard.bramble.setDrain("n1", NodeStanding.DRAINING, Optional.of(drain));
        dashboard.bramble.setDrain("n2", NodeStanding.DRAINED, Optional.of(InMemoryBramble.proven(drain)));
        Visitor.Seen page = dashboard.visitor("vera").get("/maintenance");

        assertThat(page.text()).contains("2 boards are out or on the way out, 1 safe to unplug");
        assertThat(page.text().indexOf("id=\"out-pi02\""))
                .isPositive()
                .isLessThan(page.text().indexOf("id=\"out-pi01\""));
        assertThat(page.text()).as("a viewer").doesNotContain("id=\"new-round-open\"", "Return to service");
    }

    @Test
    void whatAShutdownStopsGoesOnAfterTheNextStartAndNowhereElse() {
        assertThat(dashboard.visitor("root").get("/shutdown").text())
                .contains("starts or goes on after the next start.", "Stop now")
                .doesNotContain("elsewhere");
        assertThat(dashboard.visitor("olga").get("/maintenance/new").text())
                .contains("starts or goes on elsewhere.", "Move now", "<span>order</span>");
    }

    @Test
    void shutdownNeedsAReasonATickAndAnAdmin() {
        Visitor root = dashboard.visitor("root");
        assertThat(root.get("/shutdown").text())
                .contains("Then 2 boards power off: pi01, pi02.", "7 running tasks may end within 15 min");
        assertThat(root.send("/shutdown", "do", "preview", "mode", "move").text())
                .contains("stopped at once");
        Visitor.Seen wrong = root.send("/shutdown", "do", "order", "reason", "");
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.text()).contains("The reason is empty", "The tick is missing");
        assertThat(dashboard.visitor("olga").send("/shutdown", "do", "order").status())
                .isEqualTo(403);
        assertThat(dashboard.control.acted).isEmpty();

        root.send("/shutdown", "do", "order", "reason", "moving", "sure", "yes");
        assertThat(dashboard.control.acted)
                .containsExactly(new Action.OrderShutdown(
                        DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), "moving"));
        assertThat(root.get("/shutdown").text())
                .contains("The bramble is being shut down: no job is accepted.", "2 tasks run.", "Cancel the shutdown");
        assertThat(dashboard.visitor("vera").get("/shutdown").text()).doesNotContain("Cancel the shutdown");
        assertThat(root.send("/shutdown/cancel").status()).isEqualTo(303);
        assertThat(root.send("/shutdown/cancel").status()).isEqualTo(409);
    }

    @Test
    void shutdownThatPowersOffSaysWhichBoardsAreStillOnAndCannotBeCancelled() {
        dashboard.bramble.shutdown =
                Optional.of(new Views.ShutdownView("moving", "root", 5_000, 60_000, true, List.of()));
        dashboard.bramble.nodes.add(
                InMemoryBramble.node("n3", "pi03", false, Views.Link.DOWN, NodeStanding.READY, "", Optional.empty()));

        assertThat(dashboard.visitor("root").get("/shutdown").text())
                .contains("2 of 3 boards are still on", "boards power off")
                .doesNotContain("Cancel the shutdown");
    }
}
