package dev.bramble.cli;

import java.util.List;

/** Runs a part of Bramble in this process, in the foreground, until it is told to stop. */
@FunctionalInterface
public interface AgentLauncher {
    /** @return the exit code */
    int launch(Part part, List<String> arguments);

    /** What can be run. */
    enum Part {
        /** The agent of a node. */
        AGENT,
        /** The dashboard of a head. */
        HEAD,
        /** The agent of the first node, which makes the ledger. */
        FOUND
    }
}
