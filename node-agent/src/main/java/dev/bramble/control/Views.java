package dev.bramble.control;

import dev.bramble.cluster.Timing;
import dev.bramble.ledger.AnswerPage;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.BlobId;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.DrainMode;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Output;
import dev.bramble.model.RackLayout;
import dev.bramble.model.Setting;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.Toll;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/** The bramble as this head knows it, for one question. Lists are pages: they begin after a key and have a limit. */
public interface Views extends CalendarViews {
    /** Whom a credential speaks for; empty when it is unknown, expired or no API token. */
    Optional<Principal> authenticate(String credential);

    /** Index of the newest entry seen here; a read after it sees at least as much. */
    long revision();

    /** How old this head's knowledge is, in milliseconds; −1 when it hears nobody. */
    long behindMillis();

    /** Bramble time, as far as this head was told. */
    Moment now();

    Summary summary();

    /** All nodes that were ever admitted and are not forgotten, by name. */
    List<NodeView> nodes();

    /** By id or by name. */
    Optional<NodeView> node(String idOrName);

    /** Newest first, older than {@code before} if given. */
    List<JobView> jobs(Optional<JobId> before, int limit, Optional<JobPhase> phase, Optional<String> owner);

    /** Those that have not ended, oldest first. */
    List<JobView> activeJobs(int limit);

    /**
     * Tasks that have an outcome, of all jobs that are kept. It grows as work is done; it shrinks when jobs are removed
     * or failed tasks are tried anew.
     */
    long tasksEnded();

    Optional<JobView> job(JobId job);

    /** The job as submitted; empty when there is none. */
    Optional<JobSpec> spec(JobId job);

    /**
     * Tasks from index {@code from} in order, with the reduce last; running ones show as WAITING here unless their
     * running is asked of the leader ({@link Control#running}).
     */
    List<TaskView> tasks(JobId job, int from, int limit, Optional<TaskState> state);

    Optional<TaskView> task(JobId job, int task);

    /**
     * What became of a job's tasks, a byte each, from index {@code from} on, the reduce last; none when there is no
     * such job.
     *
     * @param open the byte of a task without an outcome
     */
    byte[] outcomes(JobId job, int from, int count, byte open, byte succeeded, byte failed);

    /**
     * How the job's attempts followed each other, as far as this head saw it; empty when there is no such job.
     *
     * @param after number of an attempt: those that were recorded later are wanted
     * @param limit the newest so many of them
     */
    Optional<TaskStreamView> stream(JobId job, long after, int limit);

    /** What the nodes did for the job in all, in steps of time; empty when there is no such job. */
    Optional<TaskActivityView> activity(JobId job);

    /** What the task's recorded attempt left; empty while there is none. */
    Optional<ResultView> result(JobId job, int task);

    /** Answers of a filter's tasks from {@code from} on, in order, up to the first that has no outcome. */
    Optional<AnswerPage> answers(JobId job, int from, int mostPieces);

    /** Whether {@code user} uploaded this blob or has a job that holds it. */
    boolean mayRead(Principal user, BlobId blob);

    /** Whether the blob is already here and this user may know that. */
    boolean has(Principal user, BlobId blob);

    /** Whether the blob is needed here, and no node has a whole copy of it any more. */
    boolean isLost(BlobId blob);

    List<VoterView> voters();

    /** Largest file that may be uploaded, by the bramble's settings. */
    long uploadBytesMax();

    /** How much more this user may upload, beside what is owned already. */
    UploadLimit uploadLimit(Principal user);

    /**
     * Events after {@code after}, oldest first; without it the newest ones, oldest first, too. The ring keeps so many:
     * when older ones are gone, what comes first is simply younger.
     */
    List<EventView> events(OptionalLong after, int limit, EventFilter filter);

    /** The newest events before that number, oldest first: for whoever reads backwards. */
    List<EventView> eventsBefore(long number, int limit, EventFilter filter);

    /** Number of the newest event; 0 before the first. */
    default long newestEvent() {
        List<EventView> newest = events(OptionalLong.empty(), 1, EventFilter.ALL);
        return newest.isEmpty() ? 0 : newest.getLast().number();
    }

    /**
     * Whether the ledger goes on from an older copy, and this head has all that its leader had by its last word. Only
     * then is an event gone that somebody has seen and that is not here; otherwise this head is behind.
     */
    boolean isRecovered();

    /**
     * Whether this head has all that its leader had by a word of the last {@link #CAUGHT_UP_MAX}. What is not here then
     * was not anywhere before that.
     */
    boolean isCaughtUp();

    /** Two pulses of the leader: one may be late. */
    Duration CAUGHT_UP_MAX = Timing.PULSE.multipliedBy(2);

    /** The shutdown under way, if one was ordered. */
    Optional<ShutdownView> shutdown();

    /** Where boards stand, as an operator wrote it down. */
    RackView racks();

    /** All settings, by key. */
    List<SettingView> settings();

    /** The value of a setting, in its unit. */
    long setting(Setting setting);

    /** What people said about alerts. */
    AlertNotesView alertNotes();

    /** Those that have not ended, by id. */
    List<TokenView> tokens();

    /** All of them, by name. */
    List<UserView> users();

    Optional<UserView> user(String name);

    /** Whether the first admin is still to be made, with the setup code. */
    boolean needsSetup();

    /** @param before a number from the page before; 0 for the newest */
    AuditPage audit(long before, int limit, AuditFilter filter);

    List<EnrolmentView> waiting();

    /** A user with a role, proven by a token. */
    record Principal(String user, UserRole role, String tokenId, boolean ownJobsOnly) {
        /** One that reaches as far as its role. */
        public Principal(String user, UserRole role, String tokenId) {
            this(user, role, tokenId, false);
        }

        public boolean may(UserRole needed) {
            return role.includes(needed);
        }
    }

    /**
     * @param name the bramble's
     * @param revision as {@link #revision()}
     * @param behindMillis as {@link #behindMillis()}
     * @param leader node that leads, if one is known
     * @param calendar as {@link #calendar()}
     */
    record Summary(
            String name,
            String ledger,
            long revision,
            long behindMillis,
            Optional<NodeId> leader,
            Optional<Instant> calendar,
            int nodesUp,
            int nodesKnown,
            int voters,
            int jobsActive,
            long tasksWaiting,
            long tasksRunning,
            double tasksPerSecond,
            Files files,
            List<String> warnings) {}

    /**
     * Files that users shipped and results that did not fit the ledger.
     *
     * @param bytes of all, each counted once
     * @param underReplicated with fewer copies on nodes that are up and stay than there should be; the lost ones among
     *     them
     * @param lost without any copy, up or down
     * @param copying copies on their way
     * @param held uploads that no job needs: kept for 24 hours
     */
    record Files(long count, long bytes, int underReplicated, int lost, int copying, int held) {}

    /**
     * @param standingMillisAgo since when it has its standing
     * @param drain what was ordered, from the order until the node takes work again
     * @param flags what its board suffers from, apart from its standing
     * @param flapping how often it was lost lately, weighed by time: from 4 on it is set aside
     * @param runningTasks attempts that run there now; {@code heldTasks} with those that wait there
     * @param blobs files of which it has a copy by the ledger; {@code blobBytes} their sizes
     * @param copying copies that are on their way to it, to replace others
     * @param located while somebody looks for its board
     */
    record NodeView(
            NodeId node,
            String name,
            NodeRole role,
            Link link,
            long heardMillisAgo,
            NodeStanding standing,
            String standingReason,
            String standingBy,
            long standingMillisAgo,
            Optional<DrainView> drain,
            List<HealthFlag> flags,
            double flapping,
            boolean voter,
            boolean leader,
            String boardSerial,
            Optional<NodeCapacity> capacity,
            Optional<BoardHealth> health,
            int runningTasks,
            int heldTasks,
            double roundTripMillis,
            long blobs,
            long blobBytes,
            int copying,
            Optional<LocateView> located) {
        /** Whether its board may be taken away: drained, and still nothing is missing elsewhere. */
        public boolean isSafeToUnplug() {
            return standing == NodeStanding.DRAINED
                    && drain.filter(of -> !of.stoppedInPlace() && of.waitsFor().isEmpty())
                            .isPresent();
        }
    }

    /** A board that shows where it is, for so much longer. */
    record LocateView(long leftMillis, String by) {}

    /** Whether a node is there. */
    enum Link {
        UP,
        /** In the view, and silent for longer than three heartbeats. */
        SUSPECT,
        DOWN
    }

    /** What a board may suffer from. */
    enum HealthFlag {
        HOT,
        THROTTLED,
        UNDER_VOLTAGE,
        DISK_FULL,
        DISK_READ_ONLY,
        CLOCK_NOT_SYNCHRONISED
    }

    /**
     * A drain of one node, ordered or running.
     *
     * @param deadlineMillis as ordered, from the beginning of the node's own drain
     * @param deadlineInMillis negative when it has passed; empty while its turn has not come
     * @param stoppedInPlace drained, and there was no other node to move anything to: its board may be powered off, and
     *     its card must stay where it is
     * @param told whether its board has been told to reboot or to power off
     * @param acknowledged whether no task can start there any more: the cordon is in the ledger, and the agent has
     *     returned what it had not begun
     * @param running tasks that run there still
     * @param unsettled attempts that ended there and whose outcomes are not recorded yet
     * @param blobs files that have no other copy yet; {@code blobBytes} their sizes
     * @param etaMillis until it is drained; −1 when unknown
     * @param waitsFor what is still missing, a sentence each; of a DRAINED node, what has become missing since, or that
     *     no leader has said it
     * @param proof what was attested, a sentence each; complete when the node is DRAINED and nothing has become missing
     */
    record DrainView(
            DrainMode mode,
            long deadlineMillis,
            long graceMillis,
            AfterDrain then,
            int maxOut,
            String reason,
            String by,
            long orderedMillisAgo,
            Optional<Long> deadlineInMillis,
            boolean stoppedInPlace,
            boolean told,
            boolean acknowledged,
            int running,
            int unsettled,
            int blobs,
            long blobBytes,
            long etaMillis,
            List<String> waitsFor,
            List<String> proof) {}

    /** @param waitsFor what is still missing before boards power off, a sentence each */
    record ShutdownView(
            String reason,
            String by,
            long orderedMillisAgo,
            long deadlineInMillis,
            boolean poweringOff,
            List<String> waitsFor) {}

    /**
     * Something that happened.
     *
     * @param number place in the stream: one more with each event, also over restarts
     * @param at empty without a calendar
     * @param node name of the node it is about; empty for none
     * @param task −1 for none
     * @param by who or what caused it
     * @param text what happened and why, for people
     * @param toll what it cost; empty when it cost no work, or nobody told
     */
    record EventView(
            long number,
            EventKind kind,
            long millisAgo,
            Optional<Instant> at,
            Optional<NodeId> nodeId,
            String node,
            Optional<JobId> job,
            int task,
            String by,
            String text,
            Optional<Toll> toll) {}

    /**
     * @param version one more with each change; 0 before the first
     * @param by who changed it last; {@code changedMillisAgo} when; both without meaning before the first change
     */
    record RackView(RackLayout layout, long version, String by, long changedMillisAgo) {}

    /**
     * Which events are wanted: those that meet all that is given.
     *
     * @param tokensOf who asks, if of tokens and sessions only what they did themselves is for them
     */
    record EventFilter(
            Optional<NodeId> node,
            Optional<JobId> job,
            Optional<EventKind> kind,
            boolean warningsOnly,
            Optional<String> tokensOf) {
        /** All of them. */
        public static final EventFilter ALL =
                new EventFilter(Optional.empty(), Optional.empty(), Optional.empty(), false);

        /** For somebody who may know of everybody's tokens. */
        public EventFilter(Optional<NodeId> node, Optional<JobId> job, Optional<EventKind> kind, boolean warningsOnly) {
            this(node, job, kind, warningsOnly, Optional.empty());
        }

        EventFilter withTokensOf(String user) {
            return new EventFilter(node, job, kind, warningsOnly, Optional.of(user));
        }
    }

    /**
     * @param filter whether its tasks are lines of a filter
     * @param waitingBecause in words, while nothing of it runs, or not all that is left of it can; else empty
     * @param endedBecause in words, when it failed or was cancelled; else empty
     * @param etaMillis estimated time left; −1 when unknown
     * @param late its deadline has passed
     * @param slackMillis deadline − now − eta; empty without a deadline or an estimate
     * @param underReplicated its files and results with fewer copies on nodes that are up and stay than there should be
     * @param lostFiles a sentence for each of its files of which no copy is left, the first ten
     */
    record JobView(
            JobId job,
            String name,
            String owner,
            JobPhase phase,
            int tasks,
            int succeeded,
            int failed,
            int running,
            boolean hasReduce,
            boolean filter,
            double tasksPerSecond,
            long etaMillis,
            long submittedMillisAgo,
            Optional<Instant> submitted,
            long elapsedMillis,
            Optional<Long> deadlineInMillis,
            boolean late,
            Optional<Long> slackMillis,
            String waitingBecause,
            String endedBecause,
            int underReplicated,
            List<String> lostFiles) {}

    /** Where a task is. */
    enum TaskState {
        WAITING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED
    }

    /**
     * @param task index; equal to the job's number of tasks for the reduce
     * @param parameters what makes it different, by name: index, each grid parameter, line number, file, or reduce
     * @param node where its recorded attempt ran; empty while there is none
     * @param attempts tries that were charged so far, the recorded one among them; losses and drains cost none
     * @param millis run time of the recorded attempt
     * @param reason why it failed, or what happened to its newest attempt; may be empty
     * @param lastLine the last line it printed, cut to 200 characters, bad UTF-8 replaced
     */
    record TaskView(
            int task,
            SequencedMap<String, String> parameters,
            TaskState state,
            Optional<String> node,
            int attempts,
            int exitCode,
            long millis,
            String reason,
            String lastLine,
            List<AttemptView> history) {}

    /** An attempt that failed, timed out or was lost. */
    record AttemptView(int number, String node, Optional<AttemptEnd> end, int exitCode, long millis, String reason) {}

    /** @param cut whether stdout or stderr was cut at the limit */
    record ResultView(int task, Output stdout, Output stderr, boolean cut, List<FileView> files) {}

    record FileView(String name, Output content, boolean executable) {}

    /**
     * @param storage identity of its copy of the ledger; empty while no leader has told it
     * @param trouble why it does not vote though it is up, as the end of a sentence about it; empty when it votes
     */
    record VoterView(
            NodeId node, String name, boolean leader, boolean up, String address, String storage, String trouble) {}

    /**
     * A token or session without its secret.
     *
     * @param user empty for a join token
     * @param role its own; empty for those that have none, such as sessions, which have their user's
     * @param expiresInMillis empty for never; a session's ends sooner when it is not used
     * @param ownJobsOnly whether it reaches the jobs of its user alone
     * @param note what it is for; of a session, from which browser it was begun
     * @param from address from which a session was begun
     * @param lastUsedMillisAgo by some minutes; empty when it was not used, or nobody wrote it down
     * @param lastUsedFrom address; empty with it
     */
    record TokenView(
            String id,
            TokenPurpose purpose,
            String user,
            Optional<UserRole> role,
            Optional<Long> expiresInMillis,
            String by,
            long createdMillisAgo,
            boolean ownJobsOnly,
            String note,
            String from,
            Optional<Long> lastUsedMillisAgo,
            String lastUsedFrom) {}

    /**
     * Somebody who may log in.
     *
     * @param lastSeenMillisAgo when a session or token of theirs was last used, by some minutes; empty for never
     */
    record UserView(
            String name,
            UserRole role,
            boolean disabled,
            String by,
            long createdMillisAgo,
            String changedBy,
            long changedMillisAgo,
            int sessions,
            int tokens,
            Optional<Long> lastSeenMillisAgo) {}

    /**
     * Something that was done or refused.
     *
     * @param number in the trail, from 1 on
     * @param at when, by the calendar; empty while there is none
     * @param what a sentence without its subject; for what was refused, why
     * @param credential id of the token or session; empty for none
     * @param head that passed it on; empty for what the bramble did by itself
     * @param address of the client
     * @param action a word; empty for what the bramble did by itself
     * @param object on what; may be empty
     * @param refused how often; 0 for what was done
     */
    record AuditView(
            long number,
            long millisAgo,
            Optional<Instant> at,
            String by,
            String what,
            String credential,
            String head,
            String address,
            String action,
            String object,
            int refused) {}

    /**
     * Which records are wanted.
     *
     * @param refused true for what was refused alone, false for what was done alone
     * @param text somewhere in the record, whatever its case
     */
    record AuditFilter(
            Optional<String> user, Optional<String> action, Optional<Boolean> refused, Optional<String> text) {
        /** Everything. */
        public static final AuditFilter NONE =
                new AuditFilter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * A page of the trail, newest first.
     *
     * @param next ask for those before this number for more; 0 when there are no more
     * @param dropped how many older records have gone to make room
     * @param last number of the newest record
     */
    record AuditPage(List<AuditView> items, long next, long dropped, long last) {}

    /** @param value as people write it; {@code standard} while nobody has changed it */
    record SettingView(
            String key,
            String value,
            String standard,
            String meaning,
            Optional<String> changedBy,
            long changedMillisAgo) {
        /** One that nobody has changed, or nobody knows who. */
        public SettingView(String key, String value, String standard, String meaning) {
            this(key, value, standard, meaning, Optional.empty(), -1);
        }
    }

    /** @param mutes those that are not over */
    record AlertNotesView(List<AlertAck> acks, List<AlertMute> mutes) {}

    /** Somebody knows of an alert. */
    record AlertAck(String rule, String subject, String reason, String by, long millisAgo) {}

    record AlertMute(String rule, long millisLeft, String reason, String by, long millisAgo) {}

    /** A board that waits to be let in; compare the code with the one it shows. */
    record EnrolmentView(
            String enrolment,
            String code,
            String name,
            NodeRole role,
            String boardSerial,
            String address,
            long secondsLeft) {}
}
