package dev.bramble.cluster;

import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptLimits;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.JobId;
import dev.bramble.model.JobOrder;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.PowerAct;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskRange;
import dev.bramble.model.WorkOrder;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What members say to each other. Every message may be lost, doubled or late: none changes anything by being repeated.
 */
public sealed interface Message {

    /**
     * Leader to all, every {@link Timing#PULSE}: the lease of every node is dated from it.
     *
     * @param now bramble time at the leader
     * @param voters nodes that hold the ledger, for those that follow its feed
     * @param cordoned nodes that take no new work, as of {@code ledgerIndex}: at most every node that was admitted;
     *     empty from a leader that is older
     * @param located boards that somebody looks for: at most every node; empty from a leader that is older
     * @param signs what boards are to show of nodes that are not simply ready; empty from a leader that is older
     * @param limits from when on boards are sick; empty while that is as it comes, and from a leader that is older
     */
    record Pulse(
            long term,
            NodeId leader,
            Moment now,
            long ledgerIndex,
            List<NodeId> voters,
            Optional<List<NodeId>> cordoned,
            Optional<List<Located>> located,
            Optional<List<Sign>> signs,
            Optional<HealthLimits> limits)
            implements Message {
        /** While nobody looks for a board. */
        public Pulse(
                long term,
                NodeId leader,
                Moment now,
                long ledgerIndex,
                List<NodeId> voters,
                Optional<List<NodeId>> cordoned) {
            this(
                    term,
                    leader,
                    now,
                    ledgerIndex,
                    voters,
                    cordoned,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
        }
    }

    /**
     * How a node stands, for the light of its board.
     *
     * @param safe whether its board may be unplugged, by what this leader knows now
     * @param inPlace whether it is drained with nobody to take over: its card is the only copy
     */
    record Sign(NodeId node, NodeStanding standing, boolean safe, boolean inPlace) {}

    /** A board that is to show where it is, until then. */
    record Located(NodeId node, Moment until, String by) {}

    /**
     * Leader to a node: attempts to run.
     *
     * @param number counts the orders of this leader to all nodes; a node ignores a number it has passed
     * @param inlineBytesMax most bytes of an output that may ride in the ledger now; 0 when its share is used up
     * @param limits what each of these attempts may take beside its job's needs; empty from a leader that is older
     * @param jobs what the attempts share, for every job that this node was not told of yet
     * @param places who holds the blobs that these attempts read
     */
    record Orders(
            long term,
            long number,
            int inlineBytesMax,
            Optional<AttemptLimits> limits,
            List<JobOrder> jobs,
            List<WorkOrder> attempts,
            List<BlobPlace> places)
            implements Message {}

    /** Nodes that hold a copy of a blob. */
    record BlobPlace(BlobId blob, List<NodeId> holders) {}

    /**
     * Leader to a node: stop these attempts, or drop them if they have not begun; they cost their tasks nothing.
     *
     * @param grace between SIGTERM and SIGKILL when their tasks go on elsewhere: what they came to is told and
     *     recorded, and a checkpoint that they leave is kept. Empty when nobody waits for them any more: all of it is
     *     dropped.
     */
    record Withdraw(long term, List<AttemptId> attempts, String reason, Optional<Duration> grace) implements Message {}

    /**
     * Node to leader, every {@link Timing#LEASE_ASKED_EVERY}: may these attempts at tasks of exclusive jobs begin, or
     * go on?
     *
     * @param stampNanos when the node asked, on its own monotonic clock
     */
    record AskLease(long term, long stampNanos, List<AttemptId> attempts) implements Message {}

    /**
     * Leader to a node: these attempts may run until {@link Timing#LEASE} after {@code stampNanos}. Sent only when it
     * is proven that the leader still led after it was asked.
     */
    record LeaseRenewed(long term, long stampNanos, List<AttemptId> attempts) implements Message {}

    /** Leader to a node: these outcomes need no repeating; the ledger has them, or nobody wants them. */
    record Settled(long term, List<AttemptId> attempts) implements Message {}

    /**
     * Node to leader, every second, and at once when it dropped something: everything it holds.
     *
     * @param term the newest term whose leader it heard
     * @param ordersSeen highest {@link Orders#number} taken in that term
     * @param health empty when it has not changed much since the last one
     * @param held attempts granted here that have not ended, waiting or running
     * @param outcomes ended attempts whose outcome is not settled, oldest first; at most as many as fit a message
     * @param batches the same of batches
     * @param outcomesMore whether there are more of those
     * @param rest what is left of its work; empty while it takes work, and from an agent that is older
     */
    record Status(
            long term,
            long ordersSeen,
            NodeCapacity capacity,
            Optional<BoardHealth> health,
            List<Held> held,
            List<AttemptOutcome> outcomes,
            List<BatchOutcome> batches,
            boolean outcomesMore,
            Optional<Rest> rest)
            implements Message {}

    /**
     * A node that starts nothing, since the leader said that it takes no work.
     *
     * @param ledgerIndex {@link Pulse#ledgerIndex} of the newest pulse that said so
     * @param unstarted attempts that were granted and whose preparation has not been given up yet
     * @param processes those of attempts, being stopped or not, and warm filters that have nothing to do
     * @param unsettled attempts that have ended and whose outcome is being kept or not settled yet
     */
    record Rest(long ledgerIndex, int unstarted, int processes, int unsettled) {
        /** Whether nothing of its work is left there. */
        public boolean isComplete() {
            return unstarted == 0 && processes == 0 && unsettled == 0;
        }
    }

    /**
     * Node to leader, at once or after a short pause: what is new since it last reported.
     *
     * @param running attempts that have begun to run
     * @param outcomes attempts that have ended
     * @param batches the same of batches
     */
    record Progress(long term, List<Held> running, List<AttemptOutcome> outcomes, List<BatchOutcome> batches)
            implements Message {}

    /**
     * An attempt that a node holds.
     *
     * @param task the first of its tasks
     * @param count how many it has
     * @param running whether its process was started
     * @param millis how long it has run
     */
    record Held(AttemptId attempt, TaskId task, int count, int retryEpoch, boolean running, long millis) {
        /** Its tasks. */
        public TaskRange tasks() {
            return new TaskRange(task.index(), count);
        }
    }

    /**
     * Node to leader, every second for attempts that printed: the last of what they printed, so that something is left
     * when the node dies.
     *
     * @param stdoutOffset position of {@code stdout} in the whole stream, in bytes
     */
    record Tail(AttemptId attempt, TaskId task, long stdoutOffset, byte[] stdout, long stderrOffset, byte[] stderr)
            implements Message {}

    /** Leader to a node: these blobs are not needed any more; delete your copies. */
    record DropBlobs(long term, List<BlobId> blobs) implements Message {}

    /**
     * Leader to a node: say how your disk differs from what the ledger says of it, from {@code after} on.
     *
     * @param after a blob's name; empty for the beginning
     * @param believed blobs after it of which the ledger says that the node has a copy, sorted
     * @param believedMore whether there are more of those, after the last of {@code believed}
     */
    record AskCopies(long term, String after, List<BlobId> believed, boolean believedMore) implements Message {}

    /**
     * Leader to a node: bring copies of these blobs here. Repeated until the node has answered for each.
     *
     * @param bytesPerSecond what the node may take in for all of them together
     * @param copies a few; the leader knows how many a node works on
     */
    record CopyBlobs(long term, long bytesPerSecond, List<BlobPlace> copies) implements Message {}

    /**
     * Node to leader: what its disk holds, when asked, when a copy was made, was dropped, or was found damaged.
     *
     * @param number counts the news of this agent; older ones that come late are passed over
     * @param held whole copies here that the leader may not know of
     * @param gone blobs of which there is no whole copy here
     * @param failed copies that were ordered and could not be made
     * @param scanned how far an {@link AskCopies} is answered by this
     */
    record CopyNews(
            long term,
            long number,
            List<BlobId> held,
            List<BlobId> gone,
            List<CopyFailure> failed,
            Optional<Scanned> scanned)
            implements Message {}

    /** @param full whether this node's disk takes no more copies at all */
    record CopyFailure(BlobId blob, String reason, boolean full) {}

    /** @param through the last name that was compared; empty when all were */
    record Scanned(String after, String through) {}

    /** Leader to all, now and then: the certificates of these nodes open nothing any more. */
    record Forgotten(long term, List<NodeId> nodes) implements Message {}

    /**
     * Leader to a node: reboot your board, or power it off. Repeated until the agent is gone or has answered.
     *
     * @param number of the drain or the shutdown that it belongs to: each is carried out once
     * @param incarnation of the agent that is meant: not one that came back from it already
     * @param force whether the board goes down with what may still run there: the time of a shutdown is over
     */
    record BoardOrder(long term, long number, String incarnation, PowerAct act, Optional<Boolean> force)
            implements Message {}

    /** Node to leader: why the board could not do what order {@code number} says, a sentence. */
    record BoardTrouble(long number, String sentence) implements Message {}

    /** Voter to leader: a card of {@code node} showed up on this board, another than the ledger knows. */
    record BoardSeen(NodeId node, String boardSerial) implements Message {}

    /**
     * Leader to the other voters, when it changes: what the next leader has to hold against tasks if nodes are gone by
     * then, this one's own among them. Voters to the next leader, too: it may have just booted.
     *
     * @param number counts them; an older one that comes late is passed over
     * @param parts of batches that were lost
     */
    record Legacy(long term, long number, List<LegacyRun> runs, List<LegacyPart> parts) implements Message {
        public boolean isEmpty() {
            return runs.isEmpty() && parts.isEmpty();
        }
    }

    /**
     * An attempt that runs on a node, or was lost with it just now.
     *
     * @param incarnation of the node's agent
     * @param bootId of its board; empty when it is unknown
     * @param task the first of its tasks; {@code count} says how many it has
     */
    record LegacyRun(NodeId node, String incarnation, String bootId, TaskId task, int count, int retryEpoch) {}

    /** Tasks that are to be granted at most {@code most} together, since one of them may take nodes down. */
    record LegacyPart(JobId job, int retryEpoch, TaskRange tasks, int most) {}

    /**
     * Leader to a node: open an empty voter and tell me of it by {@link VoterState}.
     *
     * @param course of the ledger since it was recovered; a copy of another course is to be set aside, unless it is of
     *     a higher term
     */
    record PrepareVoter(long term, Optional<String> course) implements Message {}

    /**
     * Node to leader, every few seconds from nodes that keep a ledger: what their storage is.
     *
     * @param storage random name of the storage; another one than the committed means that the old is gone for good.
     *     Empty, as the address is, while none could be opened: {@code trouble} says why
     * @param trouble why this voter stands aside; empty when it is well
     * @param course of the ledger since it was recovered, as this copy knows it
     * @param language the newest language of the ledger that this node's release knows; empty from one that knows the
     *     first only
     */
    record VoterState(
            String storage, String address, String trouble, Optional<String> course, Optional<Integer> language)
            implements Message {}

    /** Leader to a node that becomes a voter: the authority's key, so that it can certify nodes when it leads. */
    record AuthorityKey(long term, byte[] key) implements Message {}

    /** Anyone to anyone: a question whose body the asked floor knows. Answered by {@link Reply} with the same id. */
    record Request(long id, byte[] body) implements Message {}

    /** The answer. */
    record Reply(long id, byte[] body) implements Message {}

    /**
     * Head to voter: send me entries after {@code afterIndex}. Repeated as a heartbeat of interest.
     *
     * @param next the part of a snapshot that is wanted instead, while one is being fetched
     */
    record FeedRequest(String ledger, long afterIndex, Optional<FeedPart> next) implements Message {}

    /** Part {@code part} of the snapshot at {@code index}. */
    record FeedPart(long index, int part) {}

    /** Voter to head: the entries after {@code afterIndex}, none left out, up to {@code throughIndex}. */
    record FeedEntries(String ledger, long afterIndex, long throughIndex, List<FeedEntry> entries) implements Message {}

    /** One entry of the feed. */
    record FeedEntry(long index, long term, byte[] entry) {}

    /** Voter to head: part {@code part} of {@code parts} of a snapshot at {@code index}. */
    record FeedSnapshot(String ledger, long index, long term, int part, int parts, byte[] bytes) implements Message {}

    /**
     * Leader to heads, every second: what is not in the ledger but people want to see.
     *
     * @param nodes every agent that is up
     * @param jobs every job that is not final
     * @param voters who keep the ledger
     * @param waiting boards that wait to be let in
     * @param warnings sentences for operators
     * @param drains those that were ordered; empty from a leader that is older
     * @param shutdownWaitsFor what a shutdown under way waits for, a sentence each; as {@code drains}
     * @param noCalendar why no deadline can go by the calendar, a clause; "" when it can; as {@code drains}
     */
    record SoftState(
            long term,
            Moment now,
            List<NodeSoft> nodes,
            List<JobSoft> jobs,
            List<VoterSoft> voters,
            List<WaitingBoard> waiting,
            List<String> warnings,
            Optional<List<DrainSoft>> drains,
            Optional<List<String>> shutdownWaitsFor,
            Optional<String> noCalendar)
            implements Message {
        /** While no leader has spoken. */
        public static final SoftState UNHEARD = new SoftState(
                0,
                Moment.FOUNDING,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * How far a drain is.
     *
     * @param number of the drain
     * @param standing how the node stood then; empty from an older release
     * @param acknowledged whether no task can start there any more
     * @param running tasks that run there still
     * @param unsettled attempts that ended there and whose outcomes are not recorded yet
     * @param blobs files that have too few copies elsewhere; {@code blobBytes} their sizes
     * @param etaMillis until it is drained; −1 when unknown
     * @param waitsFor what is still missing, a sentence each
     * @param proof what is attested, a sentence each
     */
    record DrainSoft(
            NodeId node,
            long number,
            Optional<NodeStanding> standing,
            boolean acknowledged,
            int running,
            int unsettled,
            int blobs,
            long blobBytes,
            long etaMillis,
            List<String> waitsFor,
            List<String> proof) {}

    /**
     * @param copying blobs that it is bringing here to heal them
     * @param heardMillisAgo since its last status
     */
    record NodeSoft(
            NodeId node,
            NodeCapacity capacity,
            Optional<BoardHealth> health,
            int running,
            int held,
            int copying,
            long heardMillisAgo,
            double roundTripMillis) {}

    /**
     * @param tasksPerSecond over the last {@code 10 s}
     * @param etaMillis estimated time left; −1 when unknown
     * @param waitingBecause in words while nothing of it runs, or not all that is left of it can; else empty
     */
    record JobSoft(JobId job, int running, int held, double tasksPerSecond, long etaMillis, String waitingBecause) {}

    /**
     * A voter of the committed membership.
     *
     * @param trouble why it does not vote, as the end of a sentence about it; empty when it votes. Also of one that is
     *     down: a head sees it come back before the leader says more, and it does not vote yet
     */
    record VoterSoft(NodeId node, String storage, String address, String trouble) {}

    /**
     * A member to all, in brambles of simulated boards only: whose messages it passes on.
     *
     * @param guests all of them
     */
    record Guests(List<Member> guests) implements Message {}

    /**
     * From one house to another: a message from or to guests.
     *
     * @param body the message, encoded
     */
    record Carried(NodeId from, List<NodeId> to, byte[] body) implements Message {}

    /** A board that asks to be admitted. */
    record WaitingBoard(
            String enrolment,
            String code,
            String name,
            NodeRole role,
            String boardSerial,
            String address,
            long secondsLeft) {}
}
