package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.Views.NodeView;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Output;
import dev.bramble.model.RackLayout;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class NodePagesTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private void add(String id, String name, Views.Link link, NodeStanding standing, double celsius) {
        dashboard.bramble.nodes.add(InMemoryBramble.node(
                id, name, false, link, standing, "", Optional.of(InMemoryBramble.health(celsius))));
    }

    private static String row(Visitor.Seen page, String name) {
        int from = page.text().indexOf("id=\"node-" + name + "\"");
        assertThat(from).as("row of %s", name).isPositive();
        return page.text().substring(from, page.text().indexOf("</tr>", from));
    }

    @Test
    void listHasEveryNodeWithItsFiguresAndUnknownIsNoNumber() {
        Visitor.Seen page = dashboard.visitor("vera").get("/nodes");

        assertThat(row(page, "pi01")).contains("leader", "47 °C", "2.5", "2.0 GiB free", "20 GiB free", "runs 2 tasks");
        dashboard.bramble.nodes.add(
                InMemoryBramble.node("n3", "pi03", false, Views.Link.UP, NodeStanding.READY, "", Optional.empty()));
        assertThat(row(dashboard.visitor("vera").get("/nodes"), "pi03"))
                .contains("board not known", ">unknown<")
                .doesNotContain("0 °C");
    }

    @Test
    void pageShowsWhatABoardShowsToWhoeverStandsBeforeIt() {
        assertThat(dashboard.visitor("vera").page("/nodes/pi01"))
                .contains("slow green – working", "40 % of full speed")
                .doesNotContain("at the board");
    }

    @Test
    void ofABoardThatIsDownTheLastFiguresOfThisHeadStayInGreyWithTheirAge() {
        Visitor vera = dashboard.visitor("vera");
        NodeView up = InMemoryBramble.node(
                "n3", "pi03", false, Views.Link.UP, NodeStanding.READY, "", Optional.of(InMemoryBramble.health(51)));
        synchronized (dashboard.bramble) {
            dashboard.bramble.nodes.add(up);
        }
        String kept;
        do {
            kept = dashboard
                    .get("vera", "/history?from=-30&names=node.*.temperature-celsius")
                    .text();
        } while (!kept.contains("51.0"));
        synchronized (dashboard.bramble) {
            dashboard.bramble.nodes.remove(up);
            dashboard.bramble.nodes.add(InMemoryBramble.node(
                    "n3", "pi03", false, Views.Link.DOWN, NodeStanding.READY, "", Optional.empty()));
            dashboard.bramble.nodes.add(InMemoryBramble.node(
                    "n4", "pi04", false, Views.Link.DOWN, NodeStanding.READY, "", Optional.empty()));
        }

        assertThat(vera.page("/nodes/pi03"))
                .contains("51 °C", "<dd class=\"old\">", "this is what it said then")
                .containsPattern("last heard of[^<]*ago</span>: this is what it said then")
                .doesNotContain("not heard it report");
        assertThat(vera.page("/nodes/pi04"))
                .contains("unknown: this head has not heard it report yet")
                .doesNotContain("this is what it said then");
    }

    @Test
    void whatIsNotHeardIsGreyWithItsAgeAndNeverHasTheColourOfWhatIsWell() {
        add("n3", "pi03", Views.Link.SUSPECT, NodeStanding.READY, 50);
        Visitor.Seen page = dashboard.visitor("vera").get("/nodes");

        assertThat(row(page, "pi03"))
                .contains("class=\"old\"", "last heard of 6 min ago")
                .doesNotContain("badge ready");
        assertThat(row(page, "pi01")).doesNotContain("class=\"old\"", "last heard");
        dashboard.bramble.behindMillis = 3_001;
        assertThat(row(dashboard.visitor("vera").get("/nodes"), "pi01"))
                .as("a head that is behind")
                .contains("class=\"old\"");
        dashboard.bramble.behindMillis = -1;
        assertThat(row(dashboard.visitor("vera").get("/nodes"), "pi01"))
                .as("a head that is cut off")
                .contains("class=\"old\"");
    }

    @Test
    void filterAndOrderComeFromTheAddressAndCountWhatTheyWouldShow() {
        add("n3", "pi03", Views.Link.DOWN, NodeStanding.READY, 50);
        add("n4", "pi04", Views.Link.UP, NodeStanding.CORDONED, 70);
        Visitor vera = dashboard.visitor("vera");
        Visitor.Seen all = vera.get("/nodes");
        Visitor.Seen down = vera.get("/nodes?show=down");
        Visitor.Seen hottest = vera.get("/nodes?sort=temperature");

        assertThat(all.text()).contains(">all 4<", ">up 3<", ">down 1<", ">taken out 1<", ">need attention 1<");
        assertThat(down.text()).contains("id=\"node-pi03\"").doesNotContain("id=\"node-pi01\"");
        assertThat(hottest.text().indexOf("id=\"node-pi04\""))
                .isLessThan(hottest.text().indexOf("id=\"node-pi03\""));
        assertThat(hottest.text().indexOf("id=\"node-pi03\""))
                .isLessThan(hottest.text().indexOf("id=\"node-pi01\""));
        assertThat(vera.get("/nodes?q=PI04").text())
                .contains("id=\"node-pi04\"")
                .doesNotContain("id=\"node-pi03\"");
        assertThat(vera.get("/nodes?q=nobody").text()).contains("None of them is like that");
        assertThat(vera.get("/nodes?show=nonsense&sort=%00").text()).contains("id=\"node-pi03\"");
    }

    @Test
    void onlyOperatorsSeeTheCodeOfABoardThatWaitsAndMayAdmitIt() {
        dashboard.bramble.waiting.add(
                new Views.EnrolmentView("e1", "123456", "pi08", NodeRole.AGENT, "1000abcd", "192.0.2.8", 540));
        assertThat(dashboard.visitor("vera").get("/nodes").text())
                .contains("1 board waits to join")
                .doesNotContain("123 456");
        assertThat(dashboard.visitor("vera").send("/nodes/joining/e1/admit").status())
                .isEqualTo(403);
        Visitor olga = dashboard.visitor("olga");
        assertThat(olga.get("/nodes").text())
                .contains("123 456", "serial 1000abcd", "<span>9 min</span> more", ">Admit pi08</button>");

        Visitor.Seen admitted = olga.send("/nodes/joining/e1/admit", "name", "shelf-1");
        assertThat(admitted.location()).endsWith("/nodes");
        assertThat(dashboard.control.acted).containsExactly(new Action.AdmitNode("e1", Optional.of("shelf-1")));
        assertThat(olga.get("/nodes").text())
                .contains("shelf-1 is admitted", "No board waits to join", "How a board joins");
        assertThat(olga.get("/nodes/joining/e1").status()).isEqualTo(404);
    }

    @Test
    void boardThatKeepsItsNameIsAdmittedWithoutOne() {
        dashboard.bramble.waiting.add(
                new Views.EnrolmentView("e1", "123456", "pi08", NodeRole.AGENT, "", "192.0.2.8", 540));
        Visitor olga = dashboard.visitor("olga");

        assertThat(olga.get("/nodes/joining/e1").text()).contains("no serial number", "value=\"pi08\"");
        olga.send("/nodes/joining/e1/admit", "name", "pi08");
        assertThat(dashboard.control.acted).containsExactly(new Action.AdmitNode("e1", Optional.empty()));
    }

    @Test
    void nodePageShowsWhatRunsThereWithLinksAndWhatHappened() {
        long job = dashboard.submit("ada", 12, "");
        dashboard.bramble.running.put(
                new JobId(job),
                List.of(
                        new Control.RunningTask(3, new NodeId("n2"), 1, true, 12_000),
                        new Control.RunningTask(4, new NodeId("n1"), 1, true, 12_000)));
        dashboard.bramble.happen(EventKind.NODE_LOST, Optional.of("n2"), Optional.empty(), "its connection broke");
        dashboard.bramble.happen(EventKind.NODE_LOST, Optional.of("n1"), Optional.empty(), "somebody else's");
        Visitor.Seen page = dashboard.visitor("vera").get("/nodes/pi02");

        assertThat(page.text())
                .contains("href=\"/jobs/" + job + "/tasks/3\"", "job " + job + " (sweep)", "for 12 s")
                .contains("Its connection broke.", "4 cores, 3.2 GiB of memory", "ssd=yes")
                .contains("unknown: the firmware did not answer")
                .doesNotContain("/tasks/4", "Somebody else");
        assertThat(page.text()).as("a viewer").doesNotContain("Drain…", "What else can be done");
    }

    @Test
    void whereABoardStandsAndWhatFeedsItIsOnItsPageAndInItsFacts() {
        RackLayout.Slot slot = new RackLayout.Slot(Optional.of(new NodeId("n2")), "psu 1", "", 0);
        RackLayout layout = new RackLayout(
                List.of(new RackLayout.Supply("psu 1", 60)),
                List.of(),
                List.of(new RackLayout.Rack("left", List.of(new RackLayout.Shelf("top", List.of(slot))))));
        dashboard.bramble.racks = new Views.RackView(layout, 1, "ada", 60_000);
        assertThat(dashboard.visitor("vera").get("/nodes/pi02").text()).contains("left, top, slot 1", "psu 1");
        assertThat(dashboard.visitor("vera").get("/nodes/pi01").text()).doesNotContain("psu 1", "stands in");
        JsonNode node = dashboard.get("vera", "/nodes/pi02").json();
        assertThat(node.get("place").asString()).isEqualTo("left, top, slot 1");
        assertThat(node.get("supply").asString()).isEqualTo("psu 1");
    }

    @Test
    void withoutALeaderItSaysThatWorkIsUnknown() {
        Visitor vera = dashboard.visitor("vera");
        dashboard.control.leaderless = true;

        assertThat(vera.get("/nodes/pi02").text())
                .contains("Which tasks these are is unknown: <span>there is no leader now");
    }

    @Test
    void tasksOfADeadNodeAreFoundWithTheWayToTheirLogs() {
        long job = dashboard.submit("ada", 12, "");
        dashboard.bramble.succeed(new JobId(job), 3, Output.Inline.EMPTY, List.of());
        Visitor vera = dashboard.visitor("vera");

        assertThat(vera.get("/nodes/pi01/tasks").text())
                .contains("href=\"/jobs/" + job + "/tasks/3\"", "<span>succeeded</span>")
                .contains("Looked through 12 tasks of the newest 1 job.")
                .doesNotContain("/tasks/4\"");
        assertThat(vera.get("/nodes/pi02/tasks").text())
                .as("an attempt that was not the last")
                .contains("href=\"/jobs/" + job + "/tasks/3\"", "It ran longer than 10 m.");
        assertThat(vera.get("/nodes/pi03/tasks").status()).isEqualTo(404);
    }

    @Test
    void unknownNodeIsSaidToBeThat() {
        Visitor.Seen page = dashboard.visitor("vera").get("/nodes/pi99");

        assertThat(page.status()).isEqualTo(404);
        assertThat(page.text()).contains("pi99");
    }

    @Test
    void cordonNeedsAReasonAndKeepsWhatWasTyped() {
        Visitor olga = dashboard.visitor("olga");
        Visitor.Seen empty = olga.send("/nodes/pi02/cordon", "reason", " ");
        assertThat(empty.status()).isEqualTo(422);
        assertThat(empty.text())
                .contains("role=\"alert\"", "The reason is empty")
                .containsPattern("<details[^>]*open=\"open\"[^>]*>");
        assertThat(dashboard.control.acted).isEmpty();

        dashboard.control.leaderless = true;
        Visitor.Seen refused = olga.send("/nodes/pi02/cordon", "reason", "new <fan>");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.text()).contains("value=\"new &lt;fan&gt;\"", "There is no leader now");

        dashboard.control.leaderless = false;
        assertThat(olga.send("/nodes/pi02/cordon", "reason", "new fan").location())
                .endsWith("/nodes/pi02");
        assertThat(olga.get("/nodes/pi02").text())
                .contains("pi02 is cordoned", "New fan (olga).", "Return to service")
                .doesNotContain("id=\"cordon-reason\"");
        assertThat(olga.send("/nodes/pi02/uncordon").location()).endsWith("/nodes/pi02");
        assertThat(olga.get("/nodes/pi02").text()).contains("pi02 takes work again");
    }

    @Test
    void forgettingNeedsATickAndAnAdmin() {
        assertThat(dashboard
                        .visitor("olga")
                        .send("/nodes/pi02/forget", "sure", "yes")
                        .status())
                .isEqualTo(403);
        Visitor root = dashboard.visitor("root");
        assertThat(root.get("/nodes/pi02").text())
                .contains("pi02 is up, has 6 attempts and holds 31 files (4.0 MiB); what only it holds is lost.");
        assertThat(root.send("/nodes/pi02/forget").status()).isEqualTo(422);
        assertThat(root.send("/nodes/pi02/forget", "sure", "yes").location()).endsWith("/nodes");
        assertThat(dashboard.control.acted).containsExactly(new Action.ForgetNode(new NodeId("n2")));
    }

    @Test
    void voteMovesToANodeThatIsChosen() {
        add("n3", "pi03", Views.Link.UP, NodeStanding.READY, 50);
        Visitor root = dashboard.visitor("root");

        assertThat(root.send("/nodes/pi02/vote", "to", "").status()).isEqualTo(422);
        root.send("/nodes/pi02/vote", "to", "pi03");
        assertThat(dashboard.control.acted).containsExactly(new Action.MoveVote(new NodeId("n2"), new NodeId("n3")));
    }
}
