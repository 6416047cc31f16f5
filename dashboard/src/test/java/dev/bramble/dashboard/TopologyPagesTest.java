package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.RackLayout;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopologyPagesTest {
    private RunningDashboard dashboard;

    @BeforeEach
    void start() throws Exception {
        dashboard = new RunningDashboard();
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dashboard.port() + path));
    }

    private String login(String user) {
        HttpRequest login = request("/login")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString("token=" + user + "-token"))
                .build();
        return dashboard
                .raw(login)
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .split(";")[0];
    }

    private String page(String user, String path) {
        HttpResponse<byte[]> response =
                dashboard.raw(request(path).header("Cookie", login(user)).build());
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    private HttpResponse<byte[]> post(String path, String form) {
        return dashboard.raw(request(path)
                .header("Cookie", login("olga"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Sec-Fetch-Site", "same-origin")
                .POST(BodyPublishers.ofString(form))
                .build());
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

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
        assertThat(page("vera", "/topology"))
                .contains("Nobody has written down yet where boards stand", "pi01: state ready; no place")
                .doesNotContain("Edit the layout");
        assertThat(page("olga", "/topology")).contains("Edit the layout");
    }

    @Test
    void theRackShowsBoardsEmptySlotsSuppliesPortsAndLeadsOperatorsToEmptySlots() {
        layout();
        String page = page("vera", "/topology?show=temperature");
        assertThat(page)
                .contains("pi01: temperature 47 °C; slot 1, supply left", "Empty slot 3, supply left")
                .contains("port 2: pi02", "port 3: nothing is written down", "Feeds 2 boards", "60 W")
                .contains("pi01 leads; 2 of 2 copies of the ledger are kept up to date, and none may be lost.")
                .contains("Every board has its place.")
                .doesNotContain("/topology/edit?place");
        assertThat(page("olga", "/topology")).contains("/topology/edit?place=0.0.2#put");
    }

    @Test
    void whatAllBoardsOnASwitchSufferFromIsSaidOnceOnTop() {
        layout();
        dashboard.bramble.nodes.replaceAll(node -> InMemoryBramble.node(
                node.node().value(), node.name(), false, Views.Link.DOWN, NodeStanding.READY, "", Optional.empty()));
        assertThat(page("vera", "/topology"))
                .contains("All 2 boards on switch sw1 are down: look at that switch first.")
                .contains("All 2 boards on supply left are down: look at that supply first.")
                .contains("pi01: state down");
    }

    @Test
    void aTappedBoardSaysWhereItIsAndWhatItDoes() {
        layout();
        assertThat(page("olga", "/topology?board=pi02&show=load"))
                .contains("desk, top, slot 2", "sw1, port 2", "2 tasks run, 4 wait here", "/nodes/pi02/drain")
                .contains("id=\"board-close\" class=\"button quiet\" href=\"/topology?show=load\"");
        assertThat(page("vera", "/topology?board=pi02")).doesNotContain("/nodes/pi02/drain");
        assertThat(page("vera", "/topology?board=nobody")).doesNotContain("id=\"board\"");
    }

    @Test
    void onlyOperatorsEditTheLayout() {
        assertThat(page("ada", "/topology/edit")).contains("needs the role operator");
    }

    @Test
    void aTextWithMistakesKeepsWhatWasTypedAndNamesTheirLines() {
        HttpResponse<byte[]> answer =
                post("/topology/edit", "do=save&version=0&document=" + field("racks:\n  - {nam: <desk>}\n"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(text(answer)).contains("2 mistakes in the text, nothing was saved", "line 2", "{nam: &lt;desk&gt;}");
        assertThat(dashboard.bramble.racks.version()).isZero();
    }

    @Test
    void aTextIsCheckedWithoutBeingSavedAndSavedWithTheVersionItWasMadeFrom() {
        String text = field("racks: [{name: desk, shelves: [{name: top, slots: [{node: pi01}, {}]}]}]\n");
        assertThat(text(post("/topology/edit", "do=check&version=0&document=" + text)))
                .contains("The text is fine: 1 board in 2 slots. It is not saved yet.");
        assertThat(dashboard.bramble.racks.version()).isZero();
        assertThat(post("/topology/edit", "do=save&version=0&document=" + text).statusCode())
                .isEqualTo(303);
        assertThat(dashboard.bramble.racks.layout().places()).containsKey(new NodeId("n1"));

        HttpResponse<byte[]> late = post("/topology/edit", "do=save&version=0&document=" + text);
        assertThat(late.statusCode()).isEqualTo(409);
        assertThat(text(late)).contains("The rack layout is at version 1", "{node: pi01}");
    }

    @Test
    void aRackOfEqualShelvesIsAddedWithTheBoardsThatHaveNoPlace() {
        String wish = "version=0&name=desk&shelves=1&slots=4&supplies=2&ports=3&fills=on";
        assertThat(post("/topology/edit/make", wish).statusCode()).isEqualTo(303);
        RackLayout layout = dashboard.bramble.racks.layout();
        assertThat(layout.slots())
                .extracting(RackLayout.Slot::supply)
                .containsExactly("desk psu 1", "desk psu 1", "desk psu 2", "desk psu 2");
        assertThat(layout.slots()).extracting(RackLayout.Slot::port).containsExactly(1, 2, 3, 0);
        assertThat(layout.places()).containsOnlyKeys(new NodeId("n1"), new NodeId("n2"));

        assertThat(text(post("/topology/edit/make", "version=1&name=desk&shelves=0&slots=x&supplies=&ports=1")))
                .contains("Shelves", "must be a whole number from 1 to 20", "there is a rack desk already");
    }

    @Test
    void aBoardIsPutIntoASlotTakenOutAndNeverOverSomebodyElsesChange() {
        layout();
        assertThat(page("olga", "/topology/edit?place=0.0.2"))
                .contains("value=\"0.0.2\" selected=\"selected\"", "desk, top, slot 3 (empty)");
        assertThat(post("/topology/edit/put", "version=3&node=pi01&place=0.0.2").statusCode())
                .isEqualTo(303);
        assertThat(dashboard.bramble.racks.layout().places())
                .containsEntry(new NodeId("n1"), new RackLayout.Place(0, 0, 2));
        assertThat(post("/topology/edit/put", "version=3&node=pi02&place=0.0.0").statusCode())
                .isEqualTo(409);
        assertThat(post("/topology/edit/put", "version=4&node=pi02&place=").statusCode())
                .isEqualTo(303);
        assertThat(dashboard.bramble.racks.layout().places()).doesNotContainKey(new NodeId("n2"));
        assertThat(post("/topology/edit/put", "version=5&node=pi02&place=9.9.9").statusCode())
                .isEqualTo(422);
        assertThat(post("/topology/edit/put", "version=5&node=pi99&place=0.0.0").statusCode())
                .isEqualTo(422);
    }
}
