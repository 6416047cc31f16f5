package dev.bramble.leader;

import dev.bramble.control.DrainPreview;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.SizeText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a drain would do, in numbers and in words: pure. */
final class DrainForecast {
    /** A board with a card boots in some 40 s, and has to be well for ten more before it works again. */
    static final Duration REBOOT = Duration.ofSeconds(50);
    /** A vote or the leadership moves within some seconds once its new owner has caught up. */
    static final Duration MOVE_VOTE = Duration.ofSeconds(10);

    private DrainForecast() {}

    /**
     * A job with a deadline.
     *
     * @param slack what is left beside its remaining work now
     * @param slackWithout the same without the nodes that would be out; empty when nothing else can run it
     */
    record Slack(JobId job, String name, Duration slack, Optional<Duration> slackWithout) {}

    /** How the rounds would go if the nodes of this order needed so long; see {@link RoundForecast}. */
    interface Rounds {
        RoundForecast of(Map<NodeId, Long> needsMillis);
    }

    /** It says why, and promises nothing. */
    static DrainPreview refused(List<String> refusals) {
        return new DrainPreview(
                refusals, List.of(), -1, List.of(), List.of("it would be refused: " + String.join("; ", refusals)));
    }

    /**
     * @param votes what becomes of them
     * @param copyBytesPerSecond what one node takes in of copies
     */
    static DrainPreview of(
            List<DrainLoad> loads,
            DrainSpec spec,
            VoteOutlook votes,
            long copyBytesPerSecond,
            List<Slack> deadlines,
            Rounds rounds) {
        Map<NodeId, DrainPreview.OfNode> byId = new HashMap<>();
        Map<NodeId, Long> needs = new HashMap<>();
        for (DrainLoad load : loads) {
            byId.put(load.node(), ofNode(load, spec, votes, copyBytesPerSecond));
            needs.put(load.node(), needsMillis(load, spec, copyBytesPerSecond));
        }
        RoundForecast course = rounds.of(needs);
        List<DrainPreview.OfNode> nodes = course.turns().stream()
                .map(turn -> byId.remove(turn.node()))
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(ArrayList::new));
        loads.stream()
                .map(load -> byId.get(load.node()))
                .filter(Objects::nonNull)
                .forEach(nodes::add);
        List<DrainPreview.DeadlineRisk> risks =
                deadlines.stream().flatMap(slack -> risk(slack).stream()).toList();
        long eta = course.endMillis(needs.keySet());
        return new DrainPreview(
                List.of(), nodes, eta, risks, summary(nodes, spec, votes, course, within(eta, loads, spec), risks));
    }

    /** Until another may follow it. */
    static long needsMillis(DrainLoad load, DrainSpec spec, long copyBytesPerSecond) {
        long eta = etaMillis(load, spec, copyBytesPerSecond);
        return eta < 0 ? RoundForecast.UNKNOWN : eta + (spec.then() == AfterDrain.REBOOT ? REBOOT.toMillis() : 0);
    }

    /** Until it is drained, from the beginning of its own drain. */
    private static long etaMillis(DrainLoad load, DrainSpec spec, long copyBytesPerSecond) {
        Duration copying = copying(load, copyBytesPerSecond);
        boolean canEnd = load.isUp() && (load.blobs() == 0 || load.targets() > 0);
        Duration moving = load.votes() || load.leads() ? MOVE_VOTE : Duration.ZERO;
        Duration work = work(load, spec);
        Duration longer = work.compareTo(copying) > 0 ? work : copying;
        return canEnd ? longer.plus(moving).toMillis() : -1;
    }

    private static DrainPreview.OfNode ofNode(
            DrainLoad load, DrainSpec spec, VoteOutlook votes, long copyBytesPerSecond) {
        return new DrainPreview.OfNode(
                load.node(),
                load.name(),
                (int) load.tasks(DrainLoad.Fate.FINISHES, spec),
                (int) load.tasks(DrainLoad.Fate.CHECKPOINTS, spec),
                (int) load.tasks(DrainLoad.Fate.RESTARTS, spec),
                load.waiting(),
                load.redone(spec).toMillis(),
                load.blobs(),
                load.blobBytes(),
                load.votes(),
                load.leads(),
                etaMillis(load, spec, copyBytesPerSecond),
                sentences(load, spec, votes, copying(load, copyBytesPerSecond)));
    }

    /** A node gives to four others at a time, and each takes in so much. */
    private static Duration copying(DrainLoad load, long copyBytesPerSecond) {
        return CopyPlan.time(load.blobs(), load.blobBytes(), load.targets(), copyBytesPerSecond);
    }

    /** Until nothing runs there any more. */
    private static Duration work(DrainLoad load, DrainSpec spec) {
        Duration longest = Duration.ZERO;
        for (DrainLoad.Running attempt : load.running()) {
            Duration until = attempt.fate(spec) == DrainLoad.Fate.FINISHES
                    ? attempt.left()
                    : (stopsAtOnce(attempt, spec) ? Duration.ZERO : spec.deadline()).plus(spec.grace());
            longest = until.compareTo(longest) > 0 ? until : longest;
        }
        return longest;
    }

    private static boolean stopsAtOnce(DrainLoad.Running attempt, DrainSpec spec) {
        return spec.mode() == DrainMode.MOVE || spec.mode() == DrainMode.CHECKPOINT && attempt.keepsCheckpoints();
    }

    private static List<String> sentences(DrainLoad load, DrainSpec spec, VoteOutlook votes, Duration copying) {
        List<String> said = new ArrayList<>();
        if (!load.isUp()) {
            said.add("it is down: what ran there starts elsewhere anyway; its drain ends when it is back, or if it is"
                    + " gone for good, with `bramble forget " + load.name() + "`");
        }
        if (load.isOnly()) {
            said.add("it is the only node: its work waits, its files and the ledger stay on its card, which must not be"
                    + " removed");
        }
        sayRunning(load, spec, said);
        if (load.waiting() > 0) {
            said.add(Words.count(load.waiting(), "task") + " that " + (load.waiting() == 1 ? "waits" : "wait")
                    + " there " + (load.waiting() == 1 ? "goes" : "go") + " back to the queue");
        }
        sayFiles(load, copying, said);
        if (load.leads()) {
            said.add("it leads: another voter takes the lead");
        }
        if (load.votes()) {
            said.add(
                    votes.ended().contains(load.node())
                            ? "it holds a copy of the ledger: no other node can take over its vote, which ends"
                                    + (spec.then().comesBack() ? " until it is back" : "")
                            : "it holds a copy of the ledger: its vote moves to another node");
        }
        if (said.isEmpty()) {
            said.add("nothing has to move");
        }
        return said;
    }

    private static void sayRunning(DrainLoad load, DrainSpec spec, List<String> said) {
        long finishing = load.tasks(DrainLoad.Fate.FINISHES, spec);
        if (finishing > 0) {
            Duration longest = load.running().stream()
                    .filter(attempt -> attempt.fate(spec) == DrainLoad.Fate.FINISHES)
                    .map(DrainLoad.Running::left)
                    .max(Duration::compareTo)
                    .orElseThrow();
            said.add(Words.count(finishing, "running task") + " should end there within " + Words.time(longest)
                    + ", before the deadline of " + Words.time(spec.deadline()));
        }
        String when = spec.mode() == DrainMode.MOVE ? "at once" : "at the deadline";
        long checkpointing = load.tasks(DrainLoad.Fate.CHECKPOINTS, spec);
        if (checkpointing > 0) {
            String then = spec.mode() == DrainMode.FINISH ? when : "at once";
            said.add(Words.count(checkpointing, "running task") + " would be stopped " + then
                    + " and go on elsewhere from " + (checkpointing == 1 ? "its" : "their") + " checkpoint");
        }
        long unknown = load.unknown(spec);
        if (unknown > 0) {
            said.add(Words.count(unknown, "running task") + " of which nobody can tell how long "
                    + (unknown == 1 ? "it takes" : "they take") + ": what still runs at the deadline of "
                    + Words.time(spec.deadline()) + " starts again elsewhere");
        }
        long restarting = load.tasks(DrainLoad.Fate.RESTARTS, spec) - unknown;
        if (restarting > 0) {
            said.add(Words.count(restarting, "running task") + " would be stopped " + when
                    + " and start again elsewhere: " + Words.time(load.redone(spec)) + " of run time is done twice");
        }
    }

    private static void sayFiles(DrainLoad load, Duration copying, List<String> said) {
        if (load.blobs() == 0) {
            return;
        }
        String files = Words.count(load.blobs(), "file") + " (" + SizeText.rounded(load.blobBytes()) + ")";
        if (!load.isUp()) {
            said.add(
                    load.loneBlobs() == 0
                            ? files + " there " + (load.blobs() == 1 ? "has one copy" : "have one copy each")
                                    + " elsewhere, and more are made from that"
                            : Words.count(load.loneBlobs(), "file") + " there "
                                    + (load.loneBlobs() == 1 ? "has" : "have")
                                    + " no other copy: out of reach until it is back");
        } else if (load.targets() == 0) {
            said.add("no other node is up that could take copies of " + files);
        } else {
            said.add(files + " " + (load.blobs() == 1 ? "has" : "have") + " to be copied to other nodes first, in"
                    + " about " + Words.time(copying));
        }
    }

    private static Optional<DrainPreview.DeadlineRisk> risk(Slack job) {
        boolean isAtRisk = !job.slack().isNegative()
                && job.slackWithout().map(Duration::isNegative).orElse(true);
        if (!isAtRisk) {
            return Optional.empty();
        }
        String who = "job " + job.job() + " (" + job.name() + ") ";
        if (job.slackWithout().isEmpty()) {
            return Optional.of(new DrainPreview.DeadlineRisk(
                    job.job(), job.name(), -1, who + "can run on no other node, and would miss its deadline"));
        }
        Duration late = job.slackWithout().get().negated();
        return Optional.of(new DrainPreview.DeadlineRisk(
                job.job(),
                job.name(),
                late.toMillis(),
                who + "would miss its deadline by " + Words.time(late) + "; as it is, it has " + Words.time(job.slack())
                        + " to spare"));
    }

    private static List<String> summary(
            List<DrainPreview.OfNode> nodes,
            DrainSpec spec,
            VoteOutlook votes,
            RoundForecast course,
            String within,
            List<DrainPreview.DeadlineRisk> risks) {
        List<String> said = new ArrayList<>();
        if (nodes.size() > 1) {
            int wanted = Math.min(spec.maxOut(), nodes.size());
            int most = Math.max(1, Math.min(spec.maxOut(), course.mostOut()));
            said.add("in this order, at most " + (most < wanted ? most : spec.maxOut()) + " out at a time"
                    + (most < wanted ? " (as others are out, or half of those that could work have to stay): " : ": ")
                    + nodes.stream().map(DrainPreview.OfNode::name).collect(Collectors.joining(", ")));
        }
        sayWaits(nodes, course, said);
        said.add(
                switch (spec.then()) {
                    case STAY -> "drained " + within + ", and then safe to unplug";
                    case RESUME -> "drained " + within + ", and then at work again at once";
                    case REBOOT -> "rebooted and back at work " + within;
                    case POWEROFF -> "drained " + within + ", and then powered off";
                });
        if (!votes.ended().isEmpty()) {
            String when = spec.then().comesBack() ? "meanwhile " : "then ";
            said.add(
                    votes.votersLeft() == 1
                            ? when + "one card holds the only copy of the ledger"
                            : when + votes.votersLeft() + " nodes keep the ledger"
                                    + (votes.votersLeft() == 2 ? ": with one more down nothing can be accepted" : ""));
        }
        long redone =
                nodes.stream().mapToLong(DrainPreview.OfNode::redoneMillis).sum();
        if (redone > 0) {
            said.add(Words.time(Duration.ofMillis(redone)) + " of run time is done twice");
        }
        risks.forEach(risk -> said.add(risk.sentence()));
        if (risks.isEmpty()) {
            said.add("no deadline is at risk by it");
        }
        return said;
    }

    /** Other orders come first, or stand in the way. */
    private static void sayWaits(List<DrainPreview.OfNode> nodes, RoundForecast course, List<String> said) {
        nodes.stream()
                .flatMap(node ->
                        course.turns().stream().filter(turn -> turn.node().equals(node.node())))
                .findFirst()
                .filter(first -> first.beginsMillis() > 0)
                .ifPresent(first -> said.add("it begins in about " + Words.time(Duration.ofMillis(first.beginsMillis()))
                        + ": drains of other orders come first"));
        nodes.stream()
                .filter(node -> course.waits().containsKey(node.node()))
                .forEach(node -> said.add(
                        node.name() + " would wait for " + course.waits().get(node.node())));
    }

    private static String within(long eta, List<DrainLoad> loads, DrainSpec spec) {
        if (eta < 0) {
            return "at a time that nobody can tell";
        }
        boolean isUnknown = loads.stream().anyMatch(load -> load.unknown(spec) > 0);
        return (isUnknown ? "in at most " : "in about ") + Words.time(Duration.ofMillis(eta));
    }
}
