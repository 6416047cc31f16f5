package dev.bramble.dashboard.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.RackLayout;
import dev.bramble.model.Reading;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RulesTest {
    private static final Rules.Thresholds THRESHOLDS = new Rules.Thresholds(300_000, 10e12);

    private final List<Views.NodeView> nodes = new ArrayList<>();
    private final List<Views.JobView> jobs = new ArrayList<>();
    private final List<Views.VoterView> voters = new ArrayList<>();
    private Views.Files files = new Views.Files(9, 900, 0, 0, 0, 0);
    private Optional<NodeId> leader = Optional.of(new NodeId("a"));
    private long behindMillis = 200;
    private Optional<Views.ShutdownView> shutdown = Optional.empty();
    private RackLayout racks = RackLayout.EMPTY;

    private Rules.Judged judge() {
        Views.Summary summary = new Views.Summary(
                "home", "l", 5, behindMillis, leader, Optional.empty(), 1, 1, 1, 0, 0, 0, 0, files, List.of());
        Seen seen = new Seen(
                7_000,
                Moment.FOUNDING,
                Optional.empty(),
                summary,
                nodes,
                jobs,
                voters,
                shutdown,
                racks,
                new Views.AlertNotesView(List.of(), List.of()),
                Map.of(),
                0);
        return Rules.judge(seen, THRESHOLDS, "head1");
    }

    private List<String> found() {
        return judge().found().stream()
                .map(finding -> finding.rule().word() + " " + finding.subject())
                .toList();
    }

    private String evidence() {
        assertThat(judge().found()).hasSize(1);
        return judge().found().getFirst().evidence();
    }

    private static BoardHealth written(double bytes) {
        Reading none = Reading.unknown("not asked");
        return new BoardHealth(
                "board",
                "boot",
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                Optional.empty(),
                Optional.empty(),
                Optional.of(Reading.known(bytes)));
    }

    private void node(String name, Views.Link link, NodeStanding standing, String supply, Views.HealthFlag... flags) {
        node(name, link, standing, supply, Optional.empty(), flags);
    }

    private void node(
            String name,
            Views.Link link,
            NodeStanding standing,
            String supply,
            Optional<BoardHealth> health,
            Views.HealthFlag... flags) {
        TreeMap<String, String> labels = new TreeMap<>();
        if (!supply.isEmpty()) {
            labels.put("power", supply);
        }
        nodes.add(new Views.NodeView(
                new NodeId(name),
                name,
                NodeRole.AGENT,
                link,
                link == Views.Link.UP ? 100 : 180_000,
                standing,
                "",
                "",
                0,
                Optional.empty(),
                List.of(flags),
                0,
                false,
                false,
                "serial",
                Optional.of(new NodeCapacity(4_000, 1L << 30, labels, "cage")),
                health,
                0,
                0,
                0,
                0,
                0,
                0,
                Optional.empty()));
    }

    private void voter(String name, boolean up) {
        voters.add(new Views.VoterView(new NodeId(name), name, false, up, "", "", ""));
    }

    private void job(boolean late, Long slackMillis) {
        jobs.add(new Views.JobView(
                new JobId(7),
                "sweep",
                "ada",
                JobPhase.RUNNING,
                10,
                0,
                0,
                1,
                false,
                false,
                1,
                60_000,
                0,
                Optional.empty(),
                0,
                Optional.of(100_000L),
                late,
                Optional.ofNullable(slackMillis),
                "",
                "",
                0,
                List.of()));
    }

    @Test
    void whereAllIsWellNothingIsFound() {
        node("pi01", Views.Link.UP, NodeStanding.READY, "A", Optional.of(written(1e9)));
        node("pi02", Views.Link.SUSPECT, NodeStanding.DRAINING, "");
        voter("pi01", true);
        voter("pi02", true);
        voter("pi03", true);
        job(false, 3_600_000L);
        job(false, null);

        assertThat(found()).isEmpty();
        assertThat(judge().judged()).containsExactlyInAnyOrder(Rule.values());
    }

    @Test
    void nodeThatIsDownIsFoundUnlessSomebodyTookItOut() {
        node("pi01", Views.Link.DOWN, NodeStanding.READY, "");
        node("pi02", Views.Link.DOWN, NodeStanding.MAINTENANCE, "");
        node("pi03", Views.Link.DOWN, NodeStanding.DRAINED, "");
        assertThat(found()).containsExactly("node-down pi01");
        assertThat(evidence()).isEqualTo("pi01 has been down for 3 min");

        shutdown = Optional.of(new Views.ShutdownView("moving", "ada", 5, 5, true, List.of()));
        assertThat(found()).isEmpty();
    }

    @Test
    void boardsOfOneWeakSupplyAreOneFindingThatNamesTheSupply() {
        for (int i = 1; i <= 10; i++) {
            Views.HealthFlag[] flags =
                    i <= 8 ? new Views.HealthFlag[] {Views.HealthFlag.UNDER_VOLTAGE} : new Views.HealthFlag[0];
            node("pi" + i, Views.Link.UP, NodeStanding.READY, "B", flags);
        }
        assertThat(found()).containsExactly("under-voltage power supply B");
        assertThat(evidence())
                .isEqualTo("supply B sags: pi1, pi2, pi3, pi4, pi5, pi6 and 2 more, 8 of 10 boards on it");
    }

    @Test
    void aSupplyWhoseNameSaysWhatItIsIsCalledByItAlone() {
        node("pi1", Views.Link.UP, NodeStanding.READY, "supply 1", Views.HealthFlag.UNDER_VOLTAGE);
        node("pi2", Views.Link.UP, NodeStanding.READY, "supply 1", Views.HealthFlag.UNDER_VOLTAGE);
        node("pi3", Views.Link.UP, NodeStanding.READY, "supply 2", Views.HealthFlag.UNDER_VOLTAGE);
        node("pi4", Views.Link.UP, NodeStanding.READY, "supply 2");
        assertThat(found()).containsExactlyInAnyOrder("under-voltage power supply 1", "under-voltage pi3");
        assertThat(judge().found().toString())
                .contains("supply 1 sags: pi1, pi2")
                .contains("pi3 is under-volted on supply 2, alone of 2 boards there");
    }

    @Test
    void boardsOfASupplyThatWasDrawnAreOneFindingWhateverTheirLabelsSay() {
        List<RackLayout.Slot> slots = new ArrayList<>();
        for (String name : List.of("pi03", "pi04", "pi07", "pi08")) {
            slots.add(new RackLayout.Slot(Optional.of(new NodeId(name)), "A", "", 0));
        }
        racks = new RackLayout(
                List.of(new RackLayout.Supply("A", 60)),
                List.of(),
                List.of(new RackLayout.Rack("left", List.of(new RackLayout.Shelf("top", slots)))));
        node("pi03", Views.Link.UP, NodeStanding.READY, "", Views.HealthFlag.UNDER_VOLTAGE);
        node("pi04", Views.Link.UP, NodeStanding.READY, "", Views.HealthFlag.UNDER_VOLTAGE);
        node("pi07", Views.Link.UP, NodeStanding.READY, "another", Views.HealthFlag.UNDER_VOLTAGE);
        node("pi08", Views.Link.UP, NodeStanding.READY, "");

        assertThat(found()).containsExactly("under-voltage power supply A");
        assertThat(evidence()).isEqualTo("supply A sags: pi03, pi04, pi07, 3 of 4 boards on it");
    }

    @Test
    void singleWeakBoardAmongHealthyOnesOfItsSupplyIsAboutTheBoard() {
        node("pi1", Views.Link.UP, NodeStanding.READY, "B", Views.HealthFlag.UNDER_VOLTAGE);
        node("pi2", Views.Link.UP, NodeStanding.READY, "B");
        node("pi3", Views.Link.UP, NodeStanding.READY, "", Views.HealthFlag.UNDER_VOLTAGE);
        node("pi4", Views.Link.DOWN, NodeStanding.MAINTENANCE, "", Views.HealthFlag.UNDER_VOLTAGE);

        assertThat(found()).containsExactlyInAnyOrder("under-voltage pi1", "under-voltage pi3");
    }

    @Test
    void deadlineIsAtRiskWhenTheTimeToSpareIsShortNegativeOrOver() {
        job(false, 299_000L);
        assertThat(evidence()).contains("an estimated 4 min to spare");
        jobs.clear();
        job(false, -120_000L);
        assertThat(evidence()).contains("miss its deadline by 2 min");
        jobs.clear();
        job(true, -120_000L);
        assertThat(evidence()).contains("has missed");
    }

    @Test
    void votersWithoutOneToSpareAreFoundAndASingleVoterIsItsOwnRule() {
        voter("pi01", true);
        voter("pi02", true);
        voter("pi03", false);
        assertThat(found()).containsExactly("no-spare-voter voters");
        assertThat(evidence()).isEqualTo("2 of 3 voters vote, and 2 must: pi03 is missing");

        voters.clear();
        voter("pi01", true);
        assertThat(found()).containsExactly("one-copy-only ledger");
    }

    @Test
    void filesWithTooFewCopiesAndLostOnesAreTold() {
        files = new Views.Files(9, 900, 3, 1, 0, 0);
        assertThat(evidence())
                .isEqualTo(
                        "3 files have fewer copies on nodes that are up than there should be; of 1 file every copy is"
                                + " gone");
    }

    @Test
    void cardThatIsWrittenOftenOrReadOnlyIsWorn() {
        node("pi01", Views.Link.UP, NodeStanding.READY, "", Optional.of(written(11e12)));
        node("pi02", Views.Link.UP, NodeStanding.READY, "", Views.HealthFlag.DISK_READ_ONLY);
        node("pi03", Views.Link.UP, NodeStanding.READY, "", Optional.of(written(9e12)));

        assertThat(found()).containsExactly("card-worn pi01", "card-worn pi02");
    }

    @Test
    void withoutALeaderOnlyThatIsFoundAndWhatTheLeaderKnowsIsNotJudged() {
        leader = Optional.empty();
        voter("pi01", true);
        node("pi01", Views.Link.UP, NodeStanding.READY, "", Views.HealthFlag.UNDER_VOLTAGE);

        assertThat(found()).containsExactly("no-leader bramble");
        assertThat(judge().judged()).doesNotContain(Rule.UNDER_VOLTAGE, Rule.ONE_COPY_ONLY, Rule.DEADLINE_AT_RISK);
    }

    @Test
    void headThatHearsNothingJudgesNothingButItself() {
        behindMillis = 40_000;
        leader = Optional.empty();
        node("pi01", Views.Link.DOWN, NodeStanding.READY, "");
        assertThat(found()).containsExactly("head-cut-off head1");
        assertThat(judge().judged()).containsExactly(Rule.HEAD_CUT_OFF);

        behindMillis = -1;
        assertThat(evidence()).contains("since its start");
    }

    @Test
    void everyRuleHasAWordThatIsReadBackAndAMeaning() {
        for (Rule rule : Rule.values()) {
            assertThat(Rule.of(rule.word())).contains(rule);
            assertThat(rule.meaning()).isNotBlank();
        }
    }
}
