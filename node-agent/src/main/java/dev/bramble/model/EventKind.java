package dev.bramble.model;

import java.util.Optional;

/** What may happen in a bramble that people want to know of later. */
public enum EventKind {
    NODE_ADMITTED(Weight.NEWS),
    NODE_FORGOTTEN(Weight.NEWS),
    /** A known card or identity goes on living on another board, as an operator decided. */
    NODE_ADOPTED(Weight.NEWS),
    /** A node showed an identity that it may not use: a copied or moved card. */
    NODE_REFUSED(Weight.WARNING),
    NODE_JOINED(Weight.NEWS),
    /** It left the view; the text has the evidence. */
    NODE_LOST(Weight.WARNING),
    /** It left the view as planned: drained, rebooted, or powered off in a shutdown. */
    NODE_LEFT(Weight.NEWS),
    NODE_RETURNED(Weight.NEWS),
    NODE_CORDONED(Weight.NEWS),
    NODE_UNCORDONED(Weight.NEWS),
    /** It came and went too often, or a process on it cannot be killed. */
    NODE_QUARANTINED(Weight.WARNING),
    DRAIN_ORDERED(Weight.NEWS),
    DRAIN_BEGUN(Weight.NEWS),
    DRAIN_CANCELLED(Weight.NEWS),
    /** Safe to unplug. */
    NODE_DRAINED(Weight.NEWS),
    DRAIN_EXPIRED(Weight.WARNING),
    /** Told to reboot or to power off. */
    MAINTENANCE_BEGUN(Weight.NEWS),
    /** Back and well after a reboot. */
    MAINTENANCE_ENDED(Weight.NEWS),
    /** It did not come back in time. */
    MAINTENANCE_FAILED(Weight.WARNING),
    SHUTDOWN_ORDERED(Weight.NEWS),
    SHUTDOWN_CANCELLED(Weight.NEWS),
    /** Work has ended, and the boards power off. */
    SHUTDOWN_DONE(Weight.NEWS),
    /** The bramble works again after a shutdown. */
    RESUMED(Weight.NEWS),
    LEADER_CHANGED(Weight.NEWS),
    VOTER_ADDED(Weight.NEWS),
    VOTER_REMOVED(Weight.NEWS),
    /** A voter stands aside; the text says why. */
    VOTER_TROUBLE(Weight.WARNING),
    /** The ledger goes on with fewer voters, since an operator said that the others are gone for good. */
    LEDGER_RECOVERED(Weight.WARNING),
    /** Most nodes vanished at once: nothing is given to others until it is clear whether they come back. */
    SWITCH_SUSPECTED(Weight.WARNING),
    SWITCH_CLEARED(Weight.NEWS),
    JOB_SUBMITTED(Weight.NEWS),
    JOB_SUCCEEDED(Weight.NEWS),
    JOB_FAILED(Weight.WARNING),
    JOB_CANCELLED(Weight.NEWS),
    JOB_RETRIED(Weight.NEWS),
    JOB_REMOVED(Weight.NEWS),
    /** Its deadline has passed, and it goes on. */
    JOB_LATE(Weight.WARNING),
    /** An attempt failed or timed out. */
    TASK_FAILED(Weight.WARNING),
    /** Attempts were lost with their node; they start elsewhere. */
    TASKS_LOST(Weight.WARNING),
    /** Nodes were lost while they ran it: it is put aside. */
    TASK_POISON(Weight.WARNING),
    /** Stopped with a checkpoint, from which it goes on elsewhere. */
    TASK_CHECKPOINTED(Weight.NEWS),
    /** An attempt far slower than its fellows has a second one beside it. */
    SPECULATIVE_COPY(Weight.NEWS),
    /** A task ended a second time; the first outcome counts. */
    DUPLICATE_RUN(Weight.NEWS),
    /** A board is hot, throttled, under-volted, or its disk is full or read-only. */
    BOARD_SICK(Weight.WARNING),
    BOARD_WELL(Weight.NEWS),
    FILE_LOST(Weight.WARNING),
    SETTING_CHANGED(Weight.NEWS),
    TOKEN_CREATED(Weight.NEWS),
    TOKEN_REVOKED(Weight.NEWS);

    /** How it is shown. */
    public enum Weight {
        NEWS,
        WARNING
    }

    private final Weight weight;

    EventKind(Weight weight) {
        this.weight = weight;
    }

    public Weight weight() {
        return weight;
    }

    /**
     * Whether somebody may be told of it: another's token or session is an admin's business alone.
     *
     * @param tokensOf who asks; empty for an admin
     * @param by who did it
     */
    public boolean isFor(Optional<String> tokensOf, String by) {
        return this != TOKEN_CREATED && this != TOKEN_REVOKED
                || tokensOf.map(by::equals).orElse(true);
    }
}
