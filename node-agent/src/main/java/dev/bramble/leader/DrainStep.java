package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.DrainMode;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.SizeText;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a drain that has begun does next, and why: pure. */
final class DrainStep {
    /** A process that was killed when its grace ended is gone, told of and recorded in this time. */
    static final Duration SETTLING = Duration.ofSeconds(5);
    /** What lives so long after SIGKILL cannot be killed: it hangs in the kernel, mostly on a dead disk. */
    static final Duration UNKILLABLE_AFTER = Duration.ofSeconds(30);

    private DrainStep() {}

    /**
     * Files that the node has and that need copies elsewhere.
     *
     * @param files all that it holds
     * @param few those with too few copies on other nodes that are up and stay; {@code fewBytes} their sizes
     * @param lone those with no copy at all on such nodes
     * @param takers other nodes that are up, stay and take copies
     */
    record Files(int files, int few, long fewBytes, int lone, int takers) {}

    /**
     * What is known of a node and its drain now.
     *
     * @param isUp whether it has reported to this leader
     * @param isThere whether it is in the view
     * @param rest what its agent says that is left, if it honours the cordon as the ledger has it
     * @param open attempts there whose end the leader has not recorded
     * @param told how many of those that run there this leader tells to stop
     * @param stoppingFor how long this leader has been telling it to stop all that runs
     * @param getsVote whether a vote is on its way to it
     * @param isOnly whether there is no other node that takes work
     */
    record Seen(
            NodeRecord node,
            Moment now,
            boolean isUp,
            boolean isThere,
            Optional<Message.Rest> rest,
            int open,
            int told,
            Duration stoppingFor,
            Files files,
            boolean votes,
            boolean getsVote,
            boolean leads,
            boolean isOnly) {
        private DrainRecord drain() {
            return node.drain().orElseThrow();
        }
    }

    /**
     * @param next the standing that is due; empty to stay
     * @param why for people
     * @param waitsFor what is missing, a sentence each
     * @param proof what is attested, a sentence each
     */
    record Verdict(Optional<NodeStanding> next, String why, List<String> waitsFor, List<String> proof) {}

    /** Whether what runs is told to stop now. */
    static boolean isStopped(DrainMode mode, boolean isPastDeadline, boolean keepsCheckpoints) {
        return switch (mode) {
            case FINISH -> isPastDeadline;
            case CHECKPOINT -> isPastDeadline || keepsCheckpoints;
            case MOVE -> true;
        };
    }

    static boolean isPastDeadline(DrainRecord drain, Moment now) {
        return drain.deadline().filter(deadline -> !now.isBefore(deadline)).isPresent();
    }

    static Verdict of(Seen seen) {
        List<String> waitsFor = waitsFor(seen);
        List<String> proof = proof(seen);
        if (waitsFor.isEmpty()) {
            String why = seen.isOnly
                    ? "stopped in place: no task runs and all is flushed; it is safe to power off, and its card must"
                            + " stay in, since no other node has a copy of what is on it"
                    : "safe to unplug: " + String.join("; ", proof);
            return new Verdict(Optional.of(NodeStanding.DRAINED), why, waitsFor, proof);
        }
        Optional<NodeStanding> next = late(seen);
        String why = next.isEmpty()
                ? ""
                : next.get() == NodeStanding.QUARANTINED
                        ? unkillable(seen)
                        : "not safe to unplug: " + String.join("; ", waitsFor);
        return new Verdict(next, why, waitsFor, proof);
    }

    /**
     * What has become missing since a node was drained, as long as its board is there: what was attested was true then,
     * and the nodes that got copies may be down now.
     */
    static List<String> missingSince(Files files) {
        return files.lone == 0
                ? List.of()
                : List.of("leave it plugged in: " + Words.count(files.lone, "file") + " that it holds "
                        + (files.lone == 1 ? "has" : "have") + " no copy on a node that is up and stays"
                        + (files.takers == 0 ? ", and no other node takes copies" : "; copying goes on"));
    }

    private static Optional<NodeStanding> late(Seen seen) {
        Duration grace = seen.drain().spec().grace();
        boolean isUnkillable = seen.rest.filter(rest -> rest.processes() > 0).isPresent()
                && seen.stoppingFor.compareTo(grace.plus(UNKILLABLE_AFTER)) >= 0;
        boolean isOver = seen.drain()
                .deadline()
                .filter(deadline -> !seen.now.isBefore(deadline.plus(grace).plus(SETTLING)))
                .isPresent();
        return switch (seen.node.standing()) {
            case DRAINING ->
                isUnkillable
                        ? Optional.of(NodeStanding.QUARANTINED)
                        : isOver ? Optional.of(NodeStanding.EXPIRED) : Optional.empty();
            case EXPIRED -> isUnkillable ? Optional.of(NodeStanding.QUARANTINED) : Optional.empty();
            case READY, CORDONED, DRAINED, QUARANTINED, MAINTENANCE, RETURNING -> Optional.empty();
        };
    }

    private static String unkillable(Seen seen) {
        return processes(seen.rest.orElseThrow().processes())
                + " cannot be killed, which hangs in the kernel, mostly on a disk or a network file system that does"
                + " not answer; reboot the board";
    }

    private static List<String> waitsFor(Seen seen) {
        List<String> waitsFor = new ArrayList<>();
        if (!seen.isUp && seen.isThere) {
            waitsFor.add("it has not answered the new leader yet");
        } else if (!seen.isUp) {
            waitsFor.add(seen.node.name() + " is down: what ran there runs elsewhere, and the drain goes on when"
                    + " it is back; if it is gone for good, `bramble forget " + seen.node.name() + "`");
        } else if (seen.rest.isEmpty()) {
            waitsFor.add("its agent has not acknowledged yet that it starts nothing");
        } else {
            work(seen, seen.rest.get(), waitsFor);
        }
        if (seen.isOnly) {
            return waitsFor;
        }
        if (seen.files.few > 0) {
            waitsFor.add(Words.count(seen.files.few, "file") + " (" + SizeText.rounded(seen.files.fewBytes)
                    + ") without enough copies on other nodes"
                    + (seen.files.takers == 0 ? ", and no other node that is up takes copies" : ""));
        }
        if (seen.leads) {
            waitsFor.add("it leads the bramble: the leadership has to move");
        }
        if (seen.votes) {
            waitsFor.add("it keeps a copy of the ledger: its vote has to move");
        } else if (seen.getsVote) {
            waitsFor.add("a vote is on its way to it, and has to move on");
        }
        return waitsFor;
    }

    private static void work(Seen seen, Message.Rest rest, List<String> waitsFor) {
        if (rest.unstarted() > 0) {
            waitsFor.add(Words.count(rest.unstarted(), "task") + " on the way back to the queue");
        }
        if (rest.processes() > 0) {
            boolean isAll = isStopped(seen.drain().spec().mode(), isPastDeadline(seen.drain(), seen.now), false);
            int stopping = isAll ? rest.processes() : Math.min(seen.told, rest.processes());
            if (stopping > 0) {
                waitsFor.add(processes(stopping) + " being stopped");
            }
            if (stopping < rest.processes()) {
                waitsFor.add(processes(rest.processes() - stopping) + " that may end until the deadline in "
                        + Words.time(seen.drain().deadline().orElseThrow().since(seen.now)));
            }
        }
        if (rest.unsettled() > 0) {
            waitsFor.add(Words.count(rest.unsettled(), "outcome") + " to be recorded");
        } else if (rest.isComplete() && seen.open > 0) {
            waitsFor.add(Words.count(seen.open, "task") + " of which the leader has not heard the end yet");
        }
    }

    private static String processes(int count) {
        return count == 1 ? "1 process" : count + " processes";
    }

    private static List<String> proof(Seen seen) {
        List<String> proof = new ArrayList<>();
        if (seen.rest.filter(rest -> rest.unstarted() == 0).isPresent()) {
            proof.add("it starts nothing, as of entry " + seen.rest.get().ledgerIndex() + " of the ledger");
        }
        if (seen.rest.filter(rest -> rest.processes() == 0).isPresent()) {
            proof.add("no process of a task is left");
        }
        if (seen.rest.filter(Message.Rest::isComplete).isPresent() && seen.open == 0) {
            proof.add("all outcomes are recorded");
        }
        if (seen.isOnly) {
            return proof;
        }
        if (seen.files.few == 0) {
            proof.add(
                    seen.files.files == 0
                            ? "it holds no file"
                            : "other nodes have copies of all it holds (" + Words.count(seen.files.files, "file")
                                    + ")");
        }
        if (!seen.votes && !seen.getsVote && !seen.leads) {
            proof.add("it has no vote and does not lead");
        }
        return proof;
    }
}
