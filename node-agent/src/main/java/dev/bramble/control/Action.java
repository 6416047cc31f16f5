package dev.bramble.control;

import dev.bramble.model.BlobId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Password;
import dev.bramble.model.RackLayout;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a user may ask of the leader. Each says the least role it needs; owners may do more with what is theirs. */
public sealed interface Action {
    /** The least role for it; for things that have an owner, for the owner. */
    default UserRole role() {
        return switch (this) {
            case CreateToken _,
                    RevokeToken _,
                    LogIn _,
                    BeginSession _,
                    SetUp _,
                    ChangePassword _,
                    EndSessions _,
                    NoteUse _,
                    NoteRefusal _ -> UserRole.VIEWER;
            case SubmitJob _, CancelJob _, RetryJob _, RemoveJob _, HoldBlob _ -> UserRole.SUBMITTER;
            case SetStanding _,
                    OrderDrain _,
                    CancelDrain _,
                    AdoptBoard _,
                    Locate _,
                    SetRacks _,
                    AckAlert _,
                    MuteAlerts _,
                    AdmitNode _,
                    RefuseNode _ -> UserRole.OPERATOR;
            case OrderShutdown _,
                    CancelShutdown _,
                    MoveVote _,
                    ChangeSetting _,
                    CreateUser _,
                    ChangeUser _,
                    ForgetNode _ -> UserRole.ADMIN;
        };
    }

    /**
     * @param idempotencyKey the client's; the same key with the same body within 24 h gives the same job; empty for
     *     none
     * @param bodySha256 hash of the request
     */
    record SubmitJob(JobSpec spec, String idempotencyKey, String bodySha256) implements Action {}

    /** Own jobs; others' need OPERATOR. */
    record CancelJob(JobId job) implements Action {}

    /** Own jobs; others' need OPERATOR. */
    record RetryJob(JobId job) implements Action {}

    /** Own jobs; others' need OPERATOR. */
    record RemoveJob(JobId job) implements Action {}

    /** A file that was uploaded belongs to the credential's user now and is kept for 24 h without a job. */
    record HoldBlob(BlobId blob, long sizeBytes, List<NodeId> holders) implements Action {}

    record SetStanding(NodeId node, NodeStanding standing, String reason) implements Action {}

    /**
     * Drains nodes, one after the other or several at a time. Done when the order is in the ledger; the node's view
     * tells when its agent has acknowledged it.
     */
    record OrderDrain(List<NodeId> nodes, DrainSpec spec, String reason) implements Action {}

    /** The node takes work again, unless it was cordoned before; what was moved stays moved. */
    record CancelDrain(NodeId node) implements Action {}

    /**
     * Accepts no more jobs, ends or checkpoints what runs, and powers all boards off in order. The start after it
     * resumes by itself.
     *
     * @param deadline from now; what runs then is stopped
     * @param grace between SIGTERM and SIGKILL
     */
    record OrderShutdown(DrainMode mode, Duration deadline, Duration grace, String reason) implements Action {}

    /** Before the boards power off: work is accepted and goes on. */
    record CancelShutdown() implements Action {}

    /** The node's card was moved to another board, or its board was swapped: the one that shows it now is the one. */
    record AdoptBoard(NodeId node) implements Action {}

    /**
     * Has a board show where it is.
     *
     * @param length for how long, at most {@link #LENGTH_MAX}; empty to end it
     */
    record Locate(NodeId node, Optional<Duration> length) implements Action {
        /** Who looks for a board longer has found it and forgot. */
        public static final Duration LENGTH_MAX = Duration.ofHours(1);
        /** A way to the rack and back. */
        public static final Duration LENGTH = Duration.ofMinutes(5);
    }

    /** Moves a copy of the ledger, with its vote. Done when it is ordered; the voters' list shows it happen. */
    record MoveVote(NodeId from, NodeId to) implements Action {}

    /**
     * For oneself a token of the API that reaches no further than one does; all else needs ADMIN.
     *
     * @param validFor empty for never expiring
     * @param scope empty for one that reaches as far as its role
     */
    record CreateToken(
            TokenPurpose purpose,
            String user,
            Optional<UserRole> userRole,
            Optional<Duration> validFor,
            Optional<Scope> scope)
            implements Action {
        /** One that reaches as far as its role. */
        public CreateToken(
                TokenPurpose purpose, String user, Optional<UserRole> userRole, Optional<Duration> validFor) {
            this(purpose, user, userRole, validFor, Optional.empty());
        }
    }

    /**
     * @param ownJobsOnly whether the token reaches the jobs of its user alone
     * @param note what it is for
     */
    record Scope(boolean ownJobsOnly, String note) {}

    /**
     * Changes a setting of the bramble.
     *
     * @param value as people write it: 512M, 30s, 1000
     */
    record ChangeSetting(String key, String value) implements Action {}

    /**
     * Where boards stand is written down anew.
     *
     * @param version of the layout that this was made from: refused when it was changed since
     */
    record SetRacks(RackLayout layout, long version) implements Action {}

    /** Somebody knows of an alert, and those who are told of alerts need not be told of it again. */
    record AckAlert(String rule, String subject, String reason) implements Action {}

    /** @param validFor empty to hear of the rule again */
    record MuteAlerts(String rule, Optional<Duration> validFor, String reason) implements Action {}

    /** One's own tokens and sessions; others' need ADMIN. */
    record RevokeToken(String tokenId) implements Action {}

    /**
     * A session for whoever knows the password; without a credential. Its secret is in the answer.
     *
     * @param client the browser, in words
     */
    record LogIn(String user, Password password, String client) implements Action {}

    /** A session for whoever shows a token, as far as that reaches; it ends with the token. As {@link LogIn}. */
    record BeginSession(String client) implements Action {}

    /** Makes the first admin, and begins their session; without a credential, once. */
    record SetUp(Password code, String user, Password password, String client) implements Action {}

    record CreateUser(String name, UserRole userRole, Password password) implements Action {}

    /** What is empty stays as it is. Takes effect at once on every token and session of the user. */
    record ChangeUser(String name, Optional<UserRole> userRole, Optional<Boolean> disabled, Optional<Password> password)
            implements Action {}

    /** One's own; ends one's other sessions. */
    record ChangePassword(Password now, Password next) implements Action {}

    /** One's own sessions but this one, or all of another user's, which needs ADMIN. */
    record EndSessions(Optional<String> user) implements Action {}

    /** The credential was used just now. Written down coarsely. */
    record NoteUse() implements Action {}

    /**
     * A head has refused something to the credential's user by itself, for the audit trail.
     *
     * @param what a word, such as {@code create-user}
     * @param why a sentence
     */
    record NoteRefusal(String what, String why) implements Action {}

    /** Lets a waiting board in, after its code was compared. */
    record AdmitNode(String enrolment, Optional<String> name) implements Action {}

    record RefuseNode(String enrolment) implements Action {}

    record ForgetNode(NodeId node) implements Action {}
}
