package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger.Peer;
import dev.bramble.ledger.NotLeadingException;
import dev.bramble.model.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.protocol.exceptions.ReconfigurationTimeoutException;
import org.apache.ratis.server.RaftServer;

/**
 * The steps by which voters come and go, one change at a time, on the leader.
 *
 * <p>A new voter is given the log and the snapshot first, without a vote; the engine does that within one change of the
 * membership ("staging") and enters the new voter only when it has caught up. That is the only safe way in 3.3.0: a
 * listener that is made a voter never learns that it may vote (its division stays in "starting"), so no leader can be
 * elected once the old one is gone; and a leader elected between the two steps of such a promotion dies of finding the
 * peer in both roles. Hence there are no listeners here.
 *
 * <p>A change is agreed by a majority of the old and one of the new membership. Were one of them missing then, nothing
 * would be agreed any more until it is back. So a voter is added only while all others answer, and removed only when
 * those who stay have a majority that answers.
 *
 * <p>Runs on a thread of its own, which waits; nothing else here does.
 */
final class Membership {
    /** From an empty peer to a vote: tens of megabytes of snapshot onto a slow card, with a few tries. */
    private static final Duration ADD_LIMIT = Duration.ofMinutes(5);

    /** Two round trips among voters that answer; one that hangs must end sometime. */
    private static final Duration CHANGE_LIMIT = Duration.ofSeconds(60);

    /** Before a change is refused, voters that do not answer get so many election timeouts: one restart of an agent. */
    private static final int ALL_UP_LIMIT_TIMEOUTS = 5;

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    private final Engine engine;
    private final Duration electionTimeoutMax;
    private final Supplier<List<Peer>> committed;

    /** @param committed the membership as this voter has applied it */
    Membership(Engine engine, Duration electionTimeoutMax, Supplier<List<Peer>> committed) {
        this.engine = engine;
        this.electionTimeoutMax = electionTimeoutMax;
        this.committed = committed;
    }

    /** Adds a voter; nothing happens when it is one already, even if its address is another one now. */
    void add(Peer peer) throws IOException {
        RaftPeer raftPeer = Peers.raftPeer(peer);
        List<RaftPeer> before = voters();
        for (RaftPeer voter : before) {
            Peer present = Peers.peer(voter);
            if (present.node().equals(peer.node()) && !present.storage().equals(peer.storage())) {
                throw new IOException("node " + peer.node() + " already holds a vote, with the storage "
                        + present.storage() + "; remove that one first");
            }
        }
        if (ids(before).contains(raftPeer.getId())) {
            awaitApplied(before, CHANGE_LIMIT);
            return;
        }
        long now = System.nanoTime();
        await(
                now + ALL_UP_LIMIT_TIMEOUTS * electionTimeoutMax.toNanos(),
                () -> answeredSince(now).containsAll(ids(before)),
                peer.node() + " gets no vote while another voter does not answer");
        engine.addresses().learn(List.of(peer));
        List<RaftPeer> after = new ArrayList<>(before);
        after.add(raftPeer);
        change("give " + peer.node() + " a vote", before, after, ADD_LIMIT);
    }

    /** Removes a voter; nothing happens when it is none. */
    void remove(NodeId node) throws IOException {
        List<RaftPeer> before = voters();
        List<RaftPeer> after = before.stream()
                .filter(voter -> !Peers.peer(voter).node().equals(node))
                .toList();
        if (after.size() == before.size()) {
            awaitApplied(before, CHANGE_LIMIT);
            return;
        }
        if (!ids(after).contains(engine.self().getId())) {
            throw new IOException(node + " leads the ledger; hand the leadership to another voter first");
        }
        long now = System.nanoTime();
        await(
                now + ALL_UP_LIMIT_TIMEOUTS * electionTimeoutMax.toNanos(),
                () -> isMajority(answeredSince(now), before) && isMajority(answeredSince(now), after),
                "without " + node + " no majority of the voters would answer");
        change("remove " + node, before, after, CHANGE_LIMIT);
    }

    private static boolean isMajority(Set<RaftPeerId> answering, List<RaftPeer> voters) {
        return ids(voters).stream().filter(answering::contains).count() > voters.size() / 2;
    }

    /**
     * Hands the leadership over. While a try is under way the engine refuses appends, so the other one can catch up;
     * now and then it loses the election all the same, so there are several tries.
     */
    void transfer(NodeId to, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        RaftPeerId target = voters().stream()
                .filter(voter -> Peers.peer(voter).node().equals(to))
                .findFirst()
                .orElseThrow(() -> new IOException(to + " has no vote"))
                .getId();
        String problem = "no time was left";
        while (division().getInfo().isLeader() && System.nanoTime() < deadline) {
            long leftMillis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            // What hands over at all does so within this; the engine takes no append before a vain try is over.
            long tryMillis = Math.clamp(electionTimeoutMax.toMillis(), 1, Math.max(1, leftMillis));
            Optional<Exception> failure = call(
                    callId -> engine.server()
                            .transferLeadershipAsync(new TransferLeadershipRequest(
                                    engine.client(), engine.self().getId(), engine.group(), callId, target, tryMillis)),
                    deadline);
            if (failure.isEmpty()) {
                return;
            }
            problem = sentence(failure.get());
            pause();
        }
        requireLeader(target, deadline, "the leadership could not be handed to " + to + ": " + problem);
    }

    /** A failed try may have worked all the same: this voter does not lead any more, and soon knows who does. */
    private void requireLeader(RaftPeerId target, long deadline, String otherwise) throws IOException {
        while (!target.equals(division().getInfo().getLeaderId())) {
            if (division().getInfo().getLeaderId() != null || System.nanoTime() >= deadline) {
                throw new IOException(otherwise);
            }
            pause();
        }
    }

    /** One change of the membership, tried again while the engine is busy with another. */
    private void change(String what, List<RaftPeer> before, List<RaftPeer> after, Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        SetConfigurationRequest.Arguments arguments = SetConfigurationRequest.Arguments.newBuilder()
                .setServersInNewConf(after)
                // Refused if the membership is not the one that this change was computed from.
                .setServersInCurrentConf(before)
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .build();
        while (true) {
            Optional<Exception> failure = call(
                    callId -> engine.server()
                            .setConfigurationAsync(new SetConfigurationRequest(
                                    engine.client(), engine.self().getId(), engine.group(), callId, arguments)),
                    deadline);
            if (failure.isEmpty()) {
                awaitApplied(after, CHANGE_LIMIT);
                return;
            }
            requireLeading(failure.get());
            // The engine itself waits a while for a new voter that says nothing.
            if (System.nanoTime() >= deadline || failure.get() instanceof ReconfigurationTimeoutException) {
                throw new IOException("could not " + what + ": " + sentence(failure.get()), failure.get());
            }
            pause();
        }
    }

    /** The engine answers when a change is committed; whoever asked should then also see it. */
    private void awaitApplied(List<RaftPeer> voters, Duration limit) throws IOException {
        Set<Peer> expected = new HashSet<>();
        voters.forEach(voter -> expected.add(Peers.peer(voter)));
        await(
                System.nanoTime() + limit.toNanos(),
                () -> expected.equals(Set.copyOf(committed.get())),
                "the voters do not become " + ids(voters) + " in time");
    }

    /** What is asked of the engine under a call id of its own. */
    private interface Request {
        CompletableFuture<RaftClientReply> send(long callId) throws IOException;
    }

    private Optional<Exception> call(Request request, long deadline) throws IOException {
        try {
            RaftClientReply reply = request.send(engine.nextCallId())
                    .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            return Optional.ofNullable(reply.getException());
        } catch (ExecutionException e) {
            return Optional.of(e.getCause() instanceof Exception cause ? cause : e);
        } catch (TimeoutException e) {
            return Optional.of(e);
        } catch (InterruptedException e) {
            throw closed();
        } catch (IOException | RuntimeException e) {
            return Optional.of(e.getCause() instanceof Exception cause ? cause : e);
        }
    }

    private void requireLeading(Exception failure) {
        if (failure instanceof NotLeaderException
                || failure instanceof LeaderNotReadyException
                || !division().getInfo().isLeader()) {
            throw new NotLeadingException("this voter does not lead the ledger any more");
        }
    }

    private void await(long deadline, BooleanSupplier condition, String otherwise) throws IOException {
        while (!condition.getAsBoolean()) {
            if (!division().getInfo().isLeader()) {
                throw new NotLeadingException("this voter does not lead the ledger any more");
            }
            if (System.nanoTime() >= deadline) {
                throw new IOException(otherwise);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            if (Thread.interrupted()) {
                throw closed();
            }
        }
    }

    private static void pause() throws IOException {
        LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
        if (Thread.interrupted()) {
            throw closed();
        }
    }

    private static IOException closed() {
        Thread.currentThread().interrupt();
        return new IOException("the ledger was closed meanwhile");
    }

    /**
     * This voter and all that answered it since then. "Lately" would not do: a voter that died a second ago answered
     * lately, and a change that counts on it stops the ledger.
     */
    private Set<RaftPeerId> answeredSince(long nanos) {
        Set<RaftPeerId> answered = new HashSet<>();
        answered.add(engine.self().getId());
        for (ServerRpcProto follower :
                division().getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList()) {
            long elapsedNanos = TimeUnit.MILLISECONDS.toNanos(follower.getLastRpcElapsedTimeMs() + 1);
            if (elapsedNanos < System.nanoTime() - nanos) {
                answered.add(RaftPeerId.valueOf(follower.getId().getId()));
            }
        }
        return answered;
    }

    private RaftServer.Division division() {
        return engine.division();
    }

    private List<RaftPeer> voters() {
        return List.copyOf(division().getRaftConf().getCurrentPeers());
    }

    private static Set<RaftPeerId> ids(List<RaftPeer> peers) {
        Set<RaftPeerId> ids = new HashSet<>();
        peers.forEach(peer -> ids.add(peer.getId()));
        return ids;
    }

    private static String sentence(Exception failure) {
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
}
