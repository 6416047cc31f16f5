package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.RackLayout;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class TopologyPagesTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private static String field(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private void layout() {
        RackLayout.Slot one = new RackLayout.Slot(Optional.of(new NodeId("n1")), "left", "sw1", 1);
        RackLayout.Slot two = new RackLayout.Slot(Optional.of(new NodeId("n2")), "left", "sw1", 2);
        RackLayout.Slot bare = new RackLayout.Slot(Optional.empty(), "left", "", 0);
        RackLayout layout = new RackLayout(
                List.of(new RackLayout.Supply("left", 60)),
                List.of(new RackLayout.Switch("sw1", 4)),
                List.of(new RackLayout.Rack("desk", List.of(new RackLayout.Shelf("top", List.of(one, two, bare))))));
        dashboard.bramble.racks = new Views.RackView(layout, 3, "ada", 60_000);
    }

    @Test
    void withoutALayoutAllBoardsLieInTheTrayAndThePageSaysWhatALayoutIsFor() {
        assertThat(dashboard.visitor("vera").page("/topology"))
                .contains("Nobody has written down yet where boards stand", "pi01: state ready; no place")
                .doesNotContain("Edit the layout");
        assertThat(dashboard.visitor("olga").page("/topology")).contains("Edit the layout");
    }

    @Test
    void theRackShowsBoardsEmptySlotsSuppliesPortsAndLeadsOperatorsToEmptySlots() {
        layout();
        String page = dashboard.visitor("vera").page("/topology?show=temperature");
        assertThat(page)
                .contains("pi01: temperature 47 °C; slot 1, supply left", "Empty slot 3, supply left")
                .contains("port 2: pi02", "port 3: nothing is written down", "Feeds 2 boards", "60 W")
                .contains("pi01 leads; 2 of 2 copies of the ledger are kept up to date, and none may be lost.")
                .contains("Every board has its place.")
                .doesNotContain("/topology/edit?place");
        assertThat(dashboard.visitor("olga").page("/topology")).contains("/topology/edit?place=0.0.2#put");
    }

    @Test
    void whatAllBoardsOnASwitchSufferFromIsSaidOnceOnTop() {
        layout();
        dashboard.bramble.nodes.replaceAll(node -> InMemoryBramble.node(
                node.node().value(), node.name(), false, Views.Link.DOWN, NodeStanding.READY, "", Optional.empty()));
        assertThat(dashboard.visitor("vera").page("/topology"))
                .contains("All 2 boards on switch sw1 are down: look at that switch first.")
                .contains("All 2 boards on supply left are down: look at that supply first.")
                .contains("pi01: state down");
    }

    @Test
    void aBoardThatIsDownIsTroubleOnTopAsItIsOnTheOverview() {
        dashboard.bramble.nodes.add(
                InMemoryBramble.node("n3", "pi03", false, Views.Link.DOWN, NodeStanding.READY, "", Optional.empty()));
        Visitor vera = dashboard.visitor("vera");

        assertThat(vera.page("/topology"))
                .contains("class=\"verdict panel trouble\"", "2 of 3 boards are up", "pi03 is down")
                .doesNotContain("class=\"verdict panel well\"");
        assertThat(vera.page("/")).contains("class=\"verdict panel trouble\"", "pi03 is down");
    }

    @Test
    void aHeadIsNoBoardOfTheCount() {
        Views.NodeView board = dashboard.bramble.nodes.getFirst();
        dashboard.bramble.nodes.add(InMemoryNodes.head(board, "n9", "desk9"));

        assertThat(dashboard.visitor("vera").page("/topology"))
                .contains("2 of 2 boards are up")
                .containsPattern("takes work[^0-9]*2\\b");
    }

    @Test
    void aTappedBoardSaysWhereItIsAndWhatItDoes() {
        layout();
        assertThat(dashboard.visitor("olga").page("/topology?board=pi02&show=load"))
                .contains("desk, top, slot 2", "sw1, port 2", "2 tasks run, 4 wait here", "/nodes/pi02/drain")
                .contains("id=\"board-close\" class=\"button quiet\" href=\"/topology?show=load\"");
        assertThat(dashboard.visitor("vera").page("/topology?board=pi02")).doesNotContain("/nodes/pi02/drain");
        assertThat(dashboard.visitor("vera").page("/topology?board=nobody")).doesNotContain("id=\"board\"");
    }

    @Test
    void onlyOperatorsEditTheLayout() {
        assertThat(dashboard.visitor("ada").get("/topology/edit").text()).contains("needs the role operator");
    }

    @Test
    void aTextWithMistakesKeepsWhatWasTypedAndNamesTheirLines() {
        Visitor.Seen answer = dashboard
                .visitor("olga")
                .post("/topology/edit", "do=save&version=0&document=" + field("racks:\n  - {nam: <desk>}\n"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text())
                .contains("2 mistakes in the text, nothing was saved", "line 2", "{nam: &lt;desk&gt;}");
        assertThat(dashboard.bramble.racks.version()).isZero();
    }

    @Test
    void aTextIsCheckedWithoutBeingSavedAndSavedWithTheVersionItWasMadeFrom() {
        String text = field("racks: [{name: desk, shelves: [{name: top, slots: [{node: pi01}, {}]}]}]\n");
        assertThat(dashboard
                        .visitor("olga")
                        .post("/topology/edit", "do=check&version=0&document=" + text)
                        .text())
                .contains("The text is fine: 1 board in 2 slots. It is not saved yet.");
        assertThat(dashboard.bramble.racks.version()).isZero();
        assertThat(dashboard
                        .visitor("olga")
                        .post("/topology/edit", "do=save&version=0&document=" + text)
                        .status())
                .isEqualTo(303);
        assertThat(dashboard.bramble.racks.layout().places()).containsKey(new NodeId("n1"));

        Visitor.Seen late = dashboard.visitor("olga").post("/topology/edit", "do=save&version=0&document=" + text);
        assertThat(late.status()).isEqualTo(409);
        assertThat(late.text()).contains("The rack layout is at version 1", "{node: pi01}");
    }

    @Test
    void aRackOfEqualShelvesIsAddedWithTheBoardsThatHaveNoPlace() {
        String wish = "version=0&name=desk&shelves=1&slots=4&supplies=2&ports=3&fills=on";
        assertThat(dashboard.visitor("olga").post("/topology/edit/make", wish).status())
                .isEqualTo(303);
        RackLayout layout = dashboard.bramble.racks.layout();
        assertThat(layout.slots())
                .extracting(RackLayout.Slot::supply)
                .containsExactly("desk psu 1", "desk psu 1", "desk psu 2", "desk psu 2");
        assertThat(layout.slots()).extracting(RackLayout.Slot::port).containsExactly(1, 2, 3, 0);
        assertThat(layout.places()).containsOnlyKeys(new NodeId("n1"), new NodeId("n2"));

        assertThat(dashboard
                        .visitor("olga")
                        .post("/topology/edit/make", "version=1&name=desk&shelves=0&slots=x&supplies=&ports=1")
                        .text())
                .contains("Shelves", "must be a whole number from 1 to 20", "there is a rack desk already");
    }

    @Test
    void aBoardIsPutIntoASlotTakenOutAndNeverOverSomebodyElsesChange() {
        layout();
        assertThat(dashboard.visitor("olga").page("/topology/edit?place=0.0.2"))
                .contains("value=\"0.0.2\" selected=\"selected\"", "desk, top, slot 3 (empty)");
        assertThat(dashboard
                        .visitor("olga")
                        .post("/topology/edit/put", "version=3&node=pi01&place=0.0.2")
                        .status())
                .isEqualTo(303);
        assertThat(dashboard.bramble.racks.layout().places())
                .containsEntry(new NodeId("n1"), new RackLayout.Place(0, 0, 2));
        assertThat(dashboard
                        .visitor("olga")
                        .post("/topology/edit/put", "version=3&node=pi02&place=0.0.0")
                        .status())
                .isEqualTo(409);
        assertThat(dashboard
                        .visitor("olga")
                        .post("/topology/edit/put", "version=4&node=pi02&place=")
                        .status())
                .isEqualTo(303);
        assertThat(dashboard.bramble.racks.layout().places()).doesNotContainKey(new NodeId("n2"));
        assertThat(dashboard
                        .visitor("olga")
                        .post("/topology/edit/put", "version=5&node=pi02&place=9.9.9")
                        .status())
                .isEqualTo(422);
        assertThat(dashboard
                        .visitor("olga")
                        .post("/topology/edit/put", "version=5&node=pi99&place=0.0.0")
                        .status())
                .isEqualTo(422);
    }
}
