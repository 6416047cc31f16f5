package dev.bramble.ledger.ratis;

import dev.bramble.time.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.util.ProtoUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This voter stands for election without waiting for its timeout, since its leader is gone by all it was told.
 *
 * <p>The engine can only be made to hold an election at once in the way that a leader hands over: with a new term, and
 * nobody asked before whether they would vote. Held in vain, that costs a leader which is well its term. So the others
 * are asked first, by the engine's own question before an election, which changes nothing: a leader that still answers
 * is left alone, whoever has more of the log is left to stand, and without a majority that would do, nothing happens.
 *
 * <p>It cannot loop: the engine takes the order only from the leader of the newest term, in whose place this voter
 * gives it, and while the last entry is of that term. After a vain election there is a newer term without either.
 */
final class Candidacy {
    private static final Logger LOG = LoggerFactory.getLogger(Candidacy.class);

    /** A voter that is well answers within a few milliseconds; the first question opens a connection, with TLS. */
    private static final Duration ANSWER_LIMIT = Duration.ofMillis(500);

    /**
     * What a voter said when asked.
     *
     * @param wouldVote by its own rules, which count a leader heard lately against any candidate
     * @param term the newest that it knows
     * @param last its last entry
     */
    record Said(boolean wouldVote, long term, TermIndex last) {}

    private final Engine engine;
    private final EventLoop loop;
    private final AtomicBoolean underWay = new AtomicBoolean();

    Candidacy(Engine engine, EventLoop loop) {
        this.engine = engine;
        this.loop = loop;
    }

    /**
     * Returns at once; harmless in any state of this voter, and while another call is under way.
     *
     * @return completes on the loop with whether this voter stands for election
     */
    CompletionStage<Boolean> stand() {
        CompletableFuture<Boolean> stands = new CompletableFuture<>();
        if (!underWay.compareAndSet(false, true)) {
            loop.execute(() -> stands.complete(false));
            return stands;
        }
        Thread.ofVirtual().name("ledger-candidacy").start(() -> {
            boolean began = false;
            try {
                began = standIfElectable();
            } catch (IOException | RuntimeException failure) {
                LOG.warn("this voter could not stand for election: {}", RatisMachine.rootCause(failure));
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            } finally {
                underWay.set(false);
                boolean result = began;
                loop.execute(() -> stands.complete(result));
            }
        });
        return stands;
    }

    private boolean standIfElectable() throws IOException, InterruptedException {
        DivisionInfo info = engine.division().getInfo();
        RaftConfiguration membership = engine.division().getRaftConf();
        RaftPeerId lost = info.getLeaderId();
        TermIndex last = engine.division().getRaftLog().getLastEntryTermIndex();
        long term = info.getCurrentTerm();
        boolean mayStand = info.isFollower()
                && lost != null
                && last != null
                && last.getTerm() == term
                // Between two memberships both would have to agree; the engine's timeouts see to that.
                && membership.getPreviousPeers().isEmpty();
        if (!mayStand || !wouldWin(membership.getCurrentPeers(), lost, term, last)) {
            return false;
        }
        LOG.info("the leader is gone, and a majority would vote for this voter: it stands for election");
        return engine.server()
                .startLeaderElection(orderOf(lost, last))
                .getServerReply()
                .getSuccess();
    }

    private boolean wouldWin(Collection<RaftPeer> voters, RaftPeerId lost, long term, TermIndex last)
            throws InterruptedException {
        RaftPeerId self = engine.self().getId();
        List<RaftPeerId> others = voters.stream()
                .map(RaftPeer::getId)
                .filter(voter -> !voter.equals(self))
                .toList();
        List<Said> followers = new ArrayList<>();
        List<Said> leader = new ArrayList<>();
        CountDownLatch open = new CountDownLatch(others.size());
        for (RaftPeerId voter : others) {
            List<Said> answers = voter.equals(lost) ? leader : followers;
            Thread.ofVirtual().name("ledger-question").start(() -> {
                try {
                    Optional<Said> said = ask(voter, term, last);
                    synchronized (followers) {
                        said.ifPresent(answers::add);
                    }
                } finally {
                    open.countDown();
                }
            });
        }
        open.await(ANSWER_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        synchronized (followers) {
            return wouldWin(voters.size(), term, last, leader.stream().findAny(), followers);
        }
    }

    /**
     * Whether an election now would be won, and needed.
     *
     * @param voters how many there are, this one included
     * @param term the newest that this voter knows
     * @param last its last entry
     * @param lost what the leader said that seems lost; empty when it did not answer
     * @param followers what those of the others said that answered
     */
    static boolean wouldWin(int voters, long term, TermIndex last, Optional<Said> lost, List<Said> followers) {
        boolean leaderIsThere = lost.filter(said -> !said.wouldVote()).isPresent();
        boolean hasNewerTerm = followers.stream().anyMatch(said -> said.term() > term);
        boolean hasLongerLog = followers.stream().anyMatch(said -> said.last().compareTo(last) > 0);
        // Without any entry it is a wiped voter, whose vote the engine does not count.
        long votes = 1
                + lost.stream().count()
                + followers.stream().filter(said -> said.last().getTerm() > 0).count();
        return !leaderIsThere && !hasNewerTerm && !hasLongerLog && votes * 2 > voters;
    }

    private Optional<Said> ask(RaftPeerId voter, long term, TermIndex last) {
        RequestVoteRequestProto question = RequestVoteRequestProto.newBuilder()
                .setServerRequest(message(engine.self().getId(), voter))
                .setCandidateTerm(term)
                .setCandidateLastEntry(last.toProto())
                .setPreVote(true)
                .build();
        try {
            return Optional.of(said(question));
        } catch (IOException | RuntimeException noAnswer) {
            return askAnew(voter, question, noAnswer);
        }
    }

    /** A connection that once failed is tried again only after ever longer pauses, also when the voter is back. */
    private Optional<Said> askAnew(RaftPeerId voter, RequestVoteRequestProto question, Exception noAnswer) {
        try {
            engine.server().getServerRpc().handleException(voter, noAnswer, true);
            return Optional.of(said(question));
        } catch (IOException | RuntimeException away) {
            return Optional.empty();
        }
    }

    private Said said(RequestVoteRequestProto question) throws IOException {
        RequestVoteReplyProto reply = engine.server().getServerRpc().requestVote(question);
        return new Said(reply.getServerReply().getSuccess(), reply.getTerm(), TermIndex.valueOf(reply.getLastEntry()));
    }

    private StartLeaderElectionRequestProto orderOf(RaftPeerId leader, TermIndex last) {
        return StartLeaderElectionRequestProto.newBuilder()
                .setServerRequest(message(leader, engine.self().getId()))
                .setLeaderLastEntry(last.toProto())
                .build();
    }

    private RaftRpcRequestProto message(RaftPeerId from, RaftPeerId to) {
        return RaftRpcRequestProto.newBuilder()
                .setRequestorId(from.toByteString())
                .setReplyId(to.toByteString())
                .setRaftGroupId(ProtoUtils.toRaftGroupIdProtoBuilder(engine.group()))
                .setCallId(engine.nextCallId())
                .build();
    }
}
