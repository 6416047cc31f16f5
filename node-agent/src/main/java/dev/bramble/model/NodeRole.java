package dev.bramble.model;

/** What a node's certificate allows it to be. */
public enum NodeRole {
    /** Runs work, keeps blobs, may vote. */
    AGENT,
    /** Serves the dashboard: follows the ledger and passes users' commands on; never runs work, never votes. */
    HEAD
}
