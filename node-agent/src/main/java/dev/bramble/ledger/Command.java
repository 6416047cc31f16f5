package dev.bramble.ledger;

import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.RackLayout;
import dev.bramble.model.TaskId;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * What the leader may write into the ledger. Everything chosen (ids, times, tokens' hashes) is in the command, so that
 * every copy computes the same. Applying one twice changes nothing.
 */
public sealed interface Command {
    /** What is to be done, without where it came from. */
    default Command bare() {
        return this instanceof ByUser byUser ? byUser.command() : this;
    }

    /**
     * The first command of a ledger.
     *
     * @param language of the release that founds it; empty from releases that knew no other than the first
     */
    record Found(LedgerId ledger, String brambleName, String authorityPem, Optional<Integer> language)
            implements Command {}

    /** All voters know this {@link Language}: from now on entries may be written in it. */
    record RaiseLanguage(int language) implements Command {}

    /** A node is admitted, once and for all its life; repeated when its name or board changes. */
    record AdmitNode(NodeRecord node) implements Command {}

    /** A node's certificate is worth nothing from now on. */
    record ForgetNode(NodeId node, String by) implements Command {}

    /** From now on the node lives on this board: its card was moved, or its board was swapped. */
    record AdoptBoard(NodeId node, String boardSerial, String by) implements Command {}

    /**
     * Cordon, uncordon or set aside. Uncordoning a node whose drain has come to its end ends that drain; one whose
     * drain is under way it leaves alone.
     */
    record SetStanding(NodeId node, NodeStanding standing, String reason, String by) implements Command {}

    /**
     * The bramble lets a node take work again that it cordoned itself. Without effect on one that a person cordoned, or
     * ordered a drain of.
     */
    record LiftCordon(NodeId node, String reason) implements Command {}

    /**
     * Nodes are to be drained: each gets a drain that waits for its turn. Of one that has a drain already, and of
     * heads, it changes nothing.
     *
     * @param number of the first node's drain, at least {@link LedgerState#nextDrain}; the others' follow in their
     *     order
     */
    record OrderDrain(long number, List<NodeId> nodes, DrainSpec spec, String reason, String by) implements Command {}

    /**
     * A drain goes on. Without effect when {@code drain} is not the number of the node's present drain, or when
     * {@link DrainSteps} has no such step.
     *
     * @param why for people: what was attested, or what is missing
     */
    record StepDrain(NodeId node, long drain, NodeStanding next, String why) implements Command {}

    /**
     * A drained node's board is about to be told to reboot or to power off; as {@link StepDrain} to MAINTENANCE.
     *
     * @param life the one that ends by it
     */
    record BeginMaintenance(NodeId node, long drain, BoardLife life, String why) implements Command {}

    /** A drain is called off; without effect once the board was told to reboot or to power off. */
    record CancelDrain(NodeId node, long drain, String by) implements Command {}

    /**
     * The bramble is to be shut down; without effect while a shutdown is under way.
     *
     * @param number at least {@link LedgerState#nextDrain}
     * @param deadline from now
     * @param lives incarnations of the agents that are up: when none of them is any more, the power was cut meanwhile
     */
    record OrderShutdown(
            long number,
            DrainMode mode,
            Duration deadline,
            Duration grace,
            String reason,
            String by,
            Optional<List<String>> lives)
            implements Command {}

    /**
     * Work has ended, and the boards are told to power off.
     *
     * @param lives incarnations of the agents that are up: a leader that is none of them began after the boards were
     *     off
     */
    record BeginPowerOff(long number, List<String> lives, String why) implements Command {}

    /**
     * The shutdown is called off.
     *
     * @param staysOn which boards could not power off and why; without it this is without effect once boards power off
     */
    record CancelShutdown(long number, String by, Optional<String> staysOn) implements Command {}

    /**
     * The bramble works again after its boards were off, by the shutdown or by a power cut in the middle of it.
     *
     * @param ups incarnations of the agents that are up; empty in one of an older release
     */
    record Resume(long number, Optional<List<String>> ups) implements Command {}

    /**
     * A job is accepted.
     *
     * @param idempotencyKey the client's, scoped by owner; empty when it gave none
     * @param bodySha256 of the request, to tell a repeat from a mistake
     */
    record SubmitJob(JobId job, JobSpec spec, String owner, String idempotencyKey, String bodySha256)
            implements Command {}

    /** What attempts on {@code node} came to. Outcomes of finished, cancelled or retried tasks change nothing. */
    record RecordOutcomes(NodeId node, List<AttemptOutcome> outcomes) implements Command {}

    /** What batches on {@code node} came to; as {@link RecordOutcomes}. */
    record RecordBatches(NodeId node, List<BatchOutcome> batches) implements Command {}

    /**
     * Attempts of {@code tasks} were lost with {@code node}; they cost no try, but are counted to find poison.
     *
     * @param workMillis how long they had run in all, as far as the leader knew; empty while some voter may not know
     *     {@link Language#THIRD}, and when nobody can say
     */
    record RecordLosses(
            NodeId node, JobId job, int retryEpoch, RoaringBitmap tasks, String reason, Optional<Long> workMillis)
            implements Command {
        public RecordLosses(NodeId node, JobId job, int retryEpoch, RoaringBitmap tasks, String reason) {
            this(node, job, retryEpoch, tasks, reason, Optional.empty());
        }
    }

    /**
     * No node has the checkpoint whole that {@code leftBy} left: its task starts anew.
     *
     * @param next where it does
     */
    record LoseCheckpoint(TaskId task, int retryEpoch, AttemptId leftBy, NodeId next, String reason)
            implements Command {}

    /**
     * A task of an exclusive job is granted to the agent of {@code node} that has this incarnation. No attempt but the
     * one that was granted last may run, and only its outcome counts.
     */
    record GrantExclusive(TaskId task, int retryEpoch, AttemptId attempt, NodeId node, String incarnation)
            implements Command {}

    /** Changes nothing. That it is agreed proves that whoever appended it led then, and no later leader before. */
    record ProveLeading() implements Command {}

    record CancelJob(JobId job, String by, String reason) implements Command {}

    /** Failed tasks of a failed job are tried anew, under the next retry epoch. */
    record RetryJob(JobId job, String by) implements Command {}

    /** A finished job, its results and its claims on blobs are deleted. */
    record RemoveJob(JobId job, String by) implements Command {}

    /** Nodes hold flushed copies of a blob that an owner uploaded; it stays without a job until {@code heldUntil}. */
    record HoldBlob(BlobId blob, long sizeBytes, String owner, List<NodeId> holders, Moment heldUntil)
            implements Command {}

    /**
     * Which copies a node turned out to have, and which not: many blobs at once, so that healing a node costs a few
     * entries. Of blobs that nobody needs it changes nothing.
     *
     * @param gained blobs of which it has a flushed copy
     * @param lost blobs of which it has no whole copy any more
     */
    record RecordCopies(NodeId node, List<BlobId> gained, List<BlobId> lost) implements Command {}

    record CreateToken(TokenRecord token) implements Command {}

    record RevokeToken(String tokenId, String by) implements Command {}

    /** A token was used, from this address; written at most once in {@link Accounts#USE_EVERY}. */
    record UseToken(String tokenId, String address) implements Command {}

    /**
     * All sessions of a user end.
     *
     * @param but the one that goes on
     */
    record EndSessions(String user, Optional<String> but, String by) implements Command {}

    record CreateUser(UserRecord user) implements Command {}

    /** The first admin, with the setup code; without effect once there is one. */
    record SetUp(UserRecord admin) implements Command {}

    /**
     * Without effect when nobody would be left who may do everything. A new password and being disabled end the user's
     * sessions.
     *
     * @param keeps the session that goes on nevertheless
     */
    record ChangeUser(
            String name,
            Optional<UserRole> role,
            Optional<Boolean> disabled,
            Optional<String> passwordHash,
            Optional<String> keeps,
            String by)
            implements Command {
        @Override
        public String toString() {
            return "ChangeUser[" + name + "]";
        }
    }

    /** A command that a user wanted, for the audit trail with where it came from. */
    record ByUser(Command command, Origin origin) implements Command {}

    /** An action that the ledger shows nowhere else, or that changed nothing. */
    record NoteAction(Origin origin, String what) implements Command {}

    /** What was refused since it was noted last. */
    record NoteRefusals(List<Refused> refused) implements Command {}

    /**
     * @param why a sentence
     * @param times how often
     */
    record Refused(Origin origin, String why, int times) {}

    /** @param value in the unit of the setting of this key */
    record ChangeSetting(String key, long value, String by) implements Command {}

    /**
     * The calendar: an instant in milliseconds since 1970 is bramble time plus this offset.
     *
     * @param from since when that holds; empty for now
     */
    record MapCalendar(long offsetMillis, Optional<Moment> from) implements Command {}

    /** A node's agent is there; what the ledger knows already changes nothing. */
    record NodeArrived(NodeId node, String incarnation) implements Command {}

    /**
     * A node's agent is not there any more. Said again of one that is away, with {@code counts} no more: its loss was
     * one of many at once.
     *
     * @param incarnation the one that was lost: of any other it is old news
     * @param evidence how that is known, as the end of a sentence
     * @param counts whether it speaks against the node; not when most nodes vanished at once, or nobody saw it
     */
    record NodeLost(NodeId node, String incarnation, String evidence, boolean counts) implements Command {}

    /** What the leader saw happen; what entries themselves cause is noted where they are applied. */
    record NoteEvents(List<Happening> events) implements Command {}

    /** An operator wants a vote elsewhere; ignored while another one moves. */
    record MoveVote(NodeId from, NodeId to, String by) implements Command {}

    /**
     * The move is over.
     *
     * @param done whether the vote is where it was wanted
     * @param why what became of it, a sentence
     */
    record EndMoveVote(NodeId from, NodeId to, boolean done, String why) implements Command {}

    /** Somebody knows of an alert; said again of the same one, it counts from then. */
    record AckAlert(String rule, String subject, String reason, String by) implements Command {}

    /** @param until empty to hear of the rule again */
    record MuteAlerts(String rule, Optional<Moment> until, String reason, String by) implements Command {}

    /** The last command of a copy from which the ledger goes on: its other voters are gone for good. */
    record RecoverLedger(String recovery, NodeId node, String why, String by) implements Command {}

    /**
     * Where boards stand is another.
     *
     * @param version of the layout that this was made from; without effect when it is not the newest any more
     */
    record SetRacks(RackLayout layout, long version, String by) implements Command {}

    /** Drops what has passed its time: tokens, holds, idempotency keys, kept jobs. */
    record Expire() implements Command {}
}
