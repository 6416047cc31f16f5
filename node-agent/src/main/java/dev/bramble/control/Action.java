package dev.bramble.control;

import dev.bramble.model.BlobId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a user may ask of the leader. Each says the least role it needs; owners may do more with what is theirs. */
public sealed interface Action {
    /** The least role for it; for things that have an owner, for the owner. */
    UserRole role();

    /**
     * @param idempotencyKey the client's; the same key with the same body within 24 h gives the same job; empty for
     *     none
     * @param bodySha256 hash of the request
     */
    record SubmitJob(JobSpec spec, String idempotencyKey, String bodySha256) implements Action {
        @Override
        public UserRole role() {
            return UserRole.SUBMITTER;
        }
    }

    /** Own jobs; others' need OPERATOR. */
    record CancelJob(JobId job) implements Action {
        @Override
        public UserRole role() {
            return UserRole.SUBMITTER;
        }
    }

    /** Own jobs; others' need OPERATOR. */
    record RetryJob(JobId job) implements Action {
        @Override
        public UserRole role() {
            return UserRole.SUBMITTER;
        }
    }

    /** Own jobs; others' need OPERATOR. */
    record RemoveJob(JobId job) implements Action {
        @Override
        public UserRole role() {
            return UserRole.SUBMITTER;
        }
    }

    /** A file that was uploaded belongs to the credential's user now and is kept for 24 h without a job. */
    record HoldBlob(BlobId blob, long sizeBytes, List<NodeId> holders) implements Action {
        @Override
        public UserRole role() {
            return UserRole.SUBMITTER;
        }
    }

    record SetStanding(NodeId node, NodeStanding standing, String reason) implements Action {
        @Override
        public UserRole role() {
            return UserRole.OPERATOR;
        }
    }

    /**
     * Drains nodes, one after the other or several at a time. Done when the order is in the ledger; the node's view
     * tells when its agent has acknowledged it.
     */
    record OrderDrain(List<NodeId> nodes, DrainSpec spec, String reason) implements Action {
        @Override
        public UserRole role() {
            return UserRole.OPERATOR;
        }
    }

    /** The node takes work again, unless it was cordoned before; what was moved stays moved. */
    record CancelDrain(NodeId node) implements Action {
        @Override
        public UserRole role() {
            return UserRole.OPERATOR;
        }
    }

    /**
     * Accepts no more jobs, ends or checkpoints what runs, and powers all boards off in order. The start after it
     * resumes by itself.
     *
     * @param deadline from now; what runs then is stopped
     * @param grace between SIGTERM and SIGKILL
     */
    record OrderShutdown(DrainMode mode, Duration deadline, Duration grace, String reason) implements Action {
        @Override
        public UserRole role() {
            return UserRole.ADMIN;
        }
    }

    /** Before the boards power off: work is accepted and goes on. */
    record CancelShutdown() implements Action {
        @Override
        public UserRole role() {
            return UserRole.ADMIN;
        }
    }

    /** The node's card was moved to another board, or its board was swapped: the one that shows it now is the one. */
    record AdoptBoard(NodeId node) implements Action {
        @Override
        public UserRole role() {
            return UserRole.OPERATOR;
        }
    }

    /** Moves a copy of the ledger, with its vote. Done when it is ordered; the voters' list shows it happen. */
    record MoveVote(NodeId from, NodeId to) implements Action {
        @Override
        public UserRole role() {
            return UserRole.ADMIN;
        }
    }

    /** @param validFor empty for never expiring */
    record CreateToken(TokenPurpose purpose, String user, Optional<UserRole> userRole, Optional<Duration> validFor)
            implements Action {
        @Override
        public UserRole role() {
            return UserRole.ADMIN;
        }
    }

    /**
     * Changes a setting of the bramble.
     *
     * @param value as people write it: 512M, 30s, 1000
     */
    record ChangeSetting(String key, String value) implements Action {
        @Override
        public UserRole role() {
            return UserRole.ADMIN;
        }
    }

    record RevokeToken(String tokenId) implements Action {
        @Override
        public UserRole role() {
            return UserRole.ADMIN;
        }
    }

    /** Lets a waiting board in, after its code was compared. */
    record AdmitNode(String enrolment, Optional<String> name) implements Action {
        @Override
        public UserRole role() {
            return UserRole.OPERATOR;
        }
    }

    record RefuseNode(String enrolment) implements Action {
        @Override
        public UserRole role() {
            return UserRole.OPERATOR;
        }
    }

    record ForgetNode(NodeId node) implements Action {
        @Override
        public UserRole role() {
            return UserRole.ADMIN;
        }
    }
}
