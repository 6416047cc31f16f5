package dev.bramble.ledger.ratis;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.util.LifeCycle;

/**
 * The engine of one voter while it runs. Thread: any.
 *
 * @param addresses where the other voters are expected
 * @param client this process, as the sender of its own requests; new at each start, so that no two requests ever have
 *     the same client and call id: the engine would answer the second with the result of the first
 */
record Engine(
        RaftServer server, RaftPeer self, RaftGroupId group, Addresses addresses, ClientId client, AtomicLong callIds) {
    Engine(RaftServer server, RaftPeer self, RaftGroupId group, Addresses addresses) {
        this(server, self, group, addresses, ClientId.randomId(), new AtomicLong());
    }

    long nextCallId() {
        return callIds.incrementAndGet();
    }

    /** This voter's part in its ledger's group. */
    RaftServer.Division division() {
        try {
            return server.getDivision(group);
        } catch (IOException notThere) {
            throw new IllegalStateException("the consensus engine does not know its own group", notThere);
        }
    }

    /** Whether both the server and the division work; the engine's own {@code isAlive} says yes to a dead division. */
    boolean works() {
        LifeCycle.State division = division().getInfo().getLifeCycleState();
        // A new voter's division is "starting" until a leader speaks to it.
        return server.getLifeCycleState() == LifeCycle.State.RUNNING
                && (division == LifeCycle.State.STARTING || division == LifeCycle.State.RUNNING);
    }
}
