package dev.bramble.leader;

import dev.bramble.ledger.ShutdownRecord;
import dev.bramble.model.AttemptId;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The next step of a shutdown: pure. First work ends or is stopped, then the workers' boards power off, then those of
 * the voters that follow, and the leader's last.
 *
 * @param stop attempts to stop now, by node
 * @param powerOff why boards may power off from now on; empty while they may not, and once they do
 * @param off nodes whose boards are told to power off now, again and again
 * @param isLast whether nobody but voters is left: with the next of them the leader may lose its majority
 * @param isStuck whether no board that is still on will power off by itself
 * @param waitsFor what is still missing, a sentence each
 */
record ShutdownPlan(
        Map<NodeId, List<AttemptId>> stop,
        Optional<String> powerOff,
        List<NodeId> off,
        boolean isLast,
        boolean isStuck,
        List<String> waitsFor) {
    /** Said while {@link #isStuck}. */
    static final String STUCK = "every board that is on stays on: `bramble shutdown --cancel` lets work go on";
    /** Why boards power off, when nothing else had to decide it. */
    static final String ENDED = "all work has ended or was stopped";
    /** After deadline and grace an agent has killed what it can; its word of that takes a few seconds more. */
    static final Duration LAST_WORDS = Duration.ofSeconds(15);
    /** systemd gives services 90 s to end. Boards that are still up then do not hold up the others. */
    static final Duration OFF_MAX = Duration.ofMinutes(2);

    /**
     * A node that is up.
     *
     * @param rests whether by its own word nothing of its work is left there, and nothing can start
     * @param running attempts that it holds
     * @param isBack whether its board was off already, or its agent was restarted: it is left on
     * @param toldAgo since when its board is told to power off
     * @param trouble why its board did not
     */
    record Up(
            NodeId node,
            String name,
            boolean votes,
            boolean rests,
            List<Running> running,
            boolean isBack,
            Duration toldAgo,
            Optional<String> trouble) {
        private boolean holdsUpOthers() {
            return trouble.isEmpty() && toldAgo.compareTo(OFF_MAX) <= 0;
        }
    }

    /** @param keepsCheckpoint whether it goes on where it was stopped */
    record Running(AttemptId attempt, boolean keepsCheckpoint) {}

    static ShutdownPlan of(ShutdownRecord shutdown, List<Up> ups, NodeId leader, Moment now) {
        return shutdown.poweringOff().isEmpty() ? ending(shutdown, ups, now) : off(ups, leader);
    }

    private static ShutdownPlan ending(ShutdownRecord shutdown, List<Up> ups, Moment now) {
        boolean isDue = !now.isBefore(shutdown.deadline());
        Map<NodeId, List<AttemptId>> stop = new TreeMap<>();
        List<String> waitsFor = new ArrayList<>();
        List<String> restless = new ArrayList<>();
        for (Up node : ups) {
            List<AttemptId> stopped = node.running().stream()
                    .filter(attempt -> isDue || stopsAtOnce(shutdown, attempt))
                    .map(Running::attempt)
                    .toList();
            if (!stopped.isEmpty()) {
                stop.put(node.node(), stopped);
            }
            if (!node.running().isEmpty()) {
                String until = isDue
                        ? "being stopped"
                        : "that may end within "
                                + Words.time(shutdown.deadline().since(now));
                String attempts = Words.count(node.running().size(), "attempt");
                waitsFor.add(node.name() + ": " + attempts + " " + until);
            } else if (!node.rests()) {
                waitsFor.add(node.name() + ": its results are being recorded, and its processes end");
            }
            if (!node.running().isEmpty() || !node.rests()) {
                restless.add(node.name());
            }
        }
        Optional<String> powerOff = Optional.empty();
        if (restless.isEmpty()) {
            powerOff = Optional.of(ENDED);
        } else if (isOver(shutdown, now)) {
            powerOff = Optional.of("the deadline has passed; what " + String.join(", ", restless)
                    + " still had starts anew after the start");
        }
        return new ShutdownPlan(stop, powerOff, List.of(), false, false, waitsFor);
    }

    /** Whether nobody waits for what still runs any more. */
    static boolean isOver(ShutdownRecord shutdown, Moment now) {
        return !now.isBefore(shutdown.deadline().plus(shutdown.grace()).plus(LAST_WORDS));
    }

    private static boolean stopsAtOnce(ShutdownRecord shutdown, Running attempt) {
        return switch (shutdown.mode()) {
            case FINISH -> false;
            case CHECKPOINT -> attempt.keepsCheckpoint();
            case MOVE -> true;
        };
    }

    private static ShutdownPlan off(List<Up> ups, NodeId leader) {
        List<Up> told = ups.stream().filter(node -> !node.isBack()).toList();
        List<Up> workers = told.stream()
                .filter(node -> !node.votes() && !node.node().equals(leader))
                .toList();
        List<Up> followers = told.stream()
                .filter(node -> node.votes() && !node.node().equals(leader))
                .toList();
        List<Up> self = told.stream().filter(node -> node.node().equals(leader)).toList();
        boolean workersAreOff = workers.stream().noneMatch(Up::holdsUpOthers);
        boolean followersAreOff = followers.stream().noneMatch(Up::holdsUpOthers);
        // Those whose turn has been are told on: one that could not power off may yet.
        List<Up> off = new ArrayList<>(workers);
        if (workersAreOff) {
            off.addAll(followers);
        }
        if (workersAreOff && followersAreOff) {
            off.addAll(self);
        }
        boolean isStuck = told.stream().noneMatch(Up::holdsUpOthers);
        List<String> waitsFor = new ArrayList<>(told.stream()
                .map(node -> node.name() + ": "
                        + node.trouble()
                                .map(sentence -> "it stays on: " + sentence)
                                .orElse("its board has not powered off yet"))
                .toList());
        ups.stream()
                .filter(Up::isBack)
                .forEach(node -> waitsFor.add(node.name() + ": it started again meanwhile and stays on"));
        if (isStuck) {
            waitsFor.add(STUCK);
        }
        return new ShutdownPlan(
                Map.of(), Optional.empty(), off.stream().map(Up::node).toList(), workersAreOff, isStuck, waitsFor);
    }
}
