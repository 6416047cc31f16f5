package dev.bramble.dashboard.alerts;

import dev.bramble.control.Views;
import dev.bramble.control.racks.SharedSupply;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RackLayout;
import dev.bramble.model.Reading;
import dev.bramble.model.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** What is wrong with the bramble, as far as a head sees it. Pure. */
final class Rules {
    /** The label that names a board's power supply where nobody drew the racks. */
    private static final String JOB_SUBJECT = "job ";

    private static final String POWER_LABEL = "power";
    /** As many names as fit a line; the rest is counted. */
    private static final int NAMES_MAX = 6;

    private static final String BRAMBLE = "bramble";

    /** From which figures on something is wrong. */
    record Thresholds(long deadlineSlackMillis, double cardWrittenBytes) {}

    /** @param judged rules of which this look knows whether something is wrong; of all others nothing has changed */
    record Judged(Set<Rule> judged, List<Finding> found) {}

    private final Seen seen;
    private final Thresholds thresholds;
    private final String head;
    private final List<Finding> found = new ArrayList<>();

    private Rules(Seen seen, Thresholds thresholds, String head) {
        this.seen = seen;
        this.thresholds = thresholds;
        this.head = head;
    }

    /** @param head name of the head that looks */
    static Judged judge(Seen seen, Thresholds thresholds, String head) {
        Rules rules = new Rules(seen, thresholds, head);
        Set<Rule> judged = EnumSet.of(Rule.HEAD_CUT_OFF);
        rules.head();
        if (seen.isFresh()) {
            judged.add(Rule.NO_LEADER);
            judged.add(Rule.NODE_DOWN);
            judged.add(Rule.UNDER_REPLICATED);
            rules.leader();
            rules.nodes();
            rules.files();
        }
        if (seen.isFresh() && seen.summary().leader().isPresent()) {
            // Only the leader knows who votes, how boards are, and how long jobs will take.
            judged.addAll(EnumSet.allOf(Rule.class));
            rules.voters();
            rules.power();
            rules.cards();
            rules.deadlines();
        }
        return new Judged(judged, List.copyOf(rules.found));
    }

    private void add(Rule rule, String subject, String evidence) {
        found.add(new Finding(rule, subject, evidence));
    }

    private void head() {
        if (!seen.isFresh()) {
            long behind = seen.summary().behindMillis();
            add(
                    Rule.HEAD_CUT_OFF,
                    head,
                    behind < 0
                            ? "head " + head + " has heard nothing of the bramble since its start"
                            : "head " + head + " has heard nothing of the bramble for " + Shown.time(behind));
        }
    }

    private void leader() {
        if (seen.summary().leader().isEmpty()) {
            add(Rule.NO_LEADER, BRAMBLE, "no node leads, so nothing is granted and nothing can be changed");
        }
    }

    private void nodes() {
        if (seen.shutdown().isPresent()) {
            return;
        }
        for (Views.NodeView node : seen.nodes()) {
            boolean isPlanned = switch (node.standing()) {
                case DRAINED, MAINTENANCE, RETURNING -> true;
                case READY, CORDONED, DRAINING, EXPIRED, QUARANTINED -> false;
            };
            if (node.link() == Views.Link.DOWN && !isPlanned) {
                String since = node.heardMillisAgo() < 0 ? "" : " for " + Shown.time(node.heardMillisAgo());
                String what = node.role() == NodeRole.HEAD ? "head " : "";
                add(Rule.NODE_DOWN, node.name(), what + node.name() + " has been down" + since);
            }
        }
    }

    private void files() {
        Views.Files files = seen.summary().files();
        if (files.underReplicated() > 0) {
            String lost = files.lost() == 0
                    ? ""
                    : "; of " + Shown.counted(files.lost(), "file", "files") + " every copy is gone";
            add(
                    Rule.UNDER_REPLICATED,
                    "files",
                    Shown.counted(files.underReplicated(), "file has", "files have")
                            + " fewer copies on nodes that are up than there should be" + lost);
        }
    }

    private void voters() {
        List<Views.VoterView> voters = seen.voters();
        long voting = voters.stream()
                .filter(voter -> voter.up() && voter.trouble().isEmpty())
                .count();
        int majority = voters.size() / 2 + 1;
        if (voters.size() == 1) {
            String name = voters.getFirst().name();
            add(Rule.ONE_COPY_ONLY, "ledger", "the card of " + name + " holds the only copy of the ledger");
        } else if (!voters.isEmpty() && voting <= majority) {
            String away = names(voters.stream()
                    .filter(voter -> !voter.up() || !voter.trouble().isEmpty())
                    .map(Views.VoterView::name)
                    .toList());
            if (!away.isEmpty()) {
                add(
                        Rule.NO_SPARE_VOTER,
                        "voters",
                        voting + " of " + voters.size() + " voters vote, and " + majority + " must: " + away
                                + " is missing");
            }
        }
    }

    /** Boards of one supply are one finding: what has to be mended is the supply. */
    private void power() {
        for (SharedSupply supply : SharedSupply.of(
                seen.nodes(), supplies(), node -> Seen.isFresh(node) && SharedSupply.isUnderVolted(node))) {
            List<String> weak = List.copyOf(supply.affected());
            if (supply.supply().isEmpty()) {
                weak.forEach(node -> add(Rule.UNDER_VOLTAGE, node, "the board of " + node + " gets too little power"));
            } else if (weak.size() == 1) {
                add(Rule.UNDER_VOLTAGE, weak.getFirst(), supply.underVoltedSentence());
            } else {
                add(
                        Rule.UNDER_VOLTAGE,
                        "power " + RackLayout.supplyWords(supply.supply()),
                        RackLayout.supplyWords(supply.supply()) + " sags: " + names(weak) + ", " + weak.size() + " of "
                                + Shown.counted(supply.fed().size(), "board", "boards") + " on it");
            }
        }
    }

    /** As it was drawn; of a board that is in no rack, what its own label says. */
    private Map<NodeId, String> supplies() {
        Map<NodeId, String> supplies = new HashMap<>();
        for (Views.NodeView node : seen.nodes()) {
            node.capacity()
                    .map(capacity -> capacity.labels().get(POWER_LABEL))
                    .ifPresent(label -> supplies.put(node.node(), label));
        }
        supplies.putAll(seen.racks().supplyOfNode());
        return supplies;
    }

    private void cards() {
        for (Views.NodeView node : seen.nodes()) {
            if (!Seen.isFresh(node)) {
                continue;
            }
            Optional<Double> written = node.health()
                    .flatMap(BoardHealth::diskWrittenBytes)
                    .filter(Reading::isKnown)
                    .map(Reading::value);
            if (node.flags().contains(Views.HealthFlag.DISK_READ_ONLY)) {
                add(Rule.CARD_WORN, node.name(), "the disk of " + node.name() + " takes no writes any more");
            } else if (written.filter(bytes -> bytes >= thresholds.cardWrittenBytes())
                    .isPresent()) {
                add(
                        Rule.CARD_WORN,
                        node.name(),
                        Shown.bytes(written.get()) + " were written to the card of " + node.name()
                                + " since its file system was made: have another one ready");
            }
        }
    }

    /** Which job an alert is about, if any. */
    static Optional<JobId> jobOf(Rule rule, String subject) {
        return rule == Rule.DEADLINE_AT_RISK && subject.matches(JOB_SUBJECT + "[0-9]{1,18}")
                ? Optional.of(new JobId(Long.parseLong(subject.substring(JOB_SUBJECT.length()))))
                : Optional.empty();
    }

    private void deadlines() {
        for (Views.JobView job : seen.activeJobs()) {
            String what = "job " + job.job() + " (" + job.name() + ") of " + job.owner();
            Optional<Long> slack = job.slackMillis();
            if (job.late()) {
                add(Rule.DEADLINE_AT_RISK, JOB_SUBJECT + job.job(), what + " has missed its deadline");
            } else if (slack.filter(left -> left < 0).isPresent()) {
                add(
                        Rule.DEADLINE_AT_RISK,
                        JOB_SUBJECT + job.job(),
                        what + " is expected to miss its deadline by " + Shown.time(slack.get()));
            } else if (slack.filter(left -> left < thresholds.deadlineSlackMillis())
                    .isPresent()) {
                add(
                        Rule.DEADLINE_AT_RISK,
                        JOB_SUBJECT + job.job(),
                        what + " has an estimated " + Shown.time(slack.get()) + " to spare before its deadline");
            }
        }
    }

    private static String names(List<String> names) {
        String shown = names.stream().limit(NAMES_MAX).collect(Collectors.joining(", "));
        return names.size() > NAMES_MAX ? shown + " and " + (names.size() - NAMES_MAX) + " more" : shown;
    }

    /** How long findings are held, by the bramble's settings. */
    record Holds(Map<Rule, Duration> before, Duration resolve) {
        static Holds of(ToLongFunction<Setting> settings) {
            Map<Rule, Duration> before = new EnumMap<>(Rule.class);
            for (Rule rule : Rule.values()) {
                before.put(rule, Duration.ofMillis(settings.applyAsLong(rule.hold())));
            }
            return new Holds(before, Duration.ofMillis(settings.applyAsLong(Setting.ALERTS_RESOLVE_AFTER)));
        }
    }
}
