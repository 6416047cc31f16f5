package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.grpc.GrpcUtil;
import org.apache.ratis.proto.RaftProtos.GroupListRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.AdminProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.util.ProtoUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Who is let in at the consensus port of a real voter, and who is not. */
@Execution(ExecutionMode.CONCURRENT)
class PeerGuardTest {
    @TempDir
    private Path root;

    private final Authority authority = new Authority();
    private Voter a;
    private Voter b;
    private ManagedChannel channel;

    @BeforeEach
    void foundOnA() {
        a = new Voter(root, "a", authority.node("a"));
        // Alone it has no elections to lose, and gives up silent voters sooner.
        a.found(a.settings.withElectionTimeouts(Duration.ofMillis(200), Duration.ofMillis(400)));
        Voter.await("a leads", a::leads);
    }

    @AfterEach
    void closeAll() {
        if (channel != null) {
            channel.shutdownNow();
        }
        for (Voter voter : new Voter[] {a, b}) {
            if (voter != null) {
                voter.close();
            }
        }
    }

    private void connect(RatisLedger.Tls tls) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", a.port)
                .sslContext(GrpcUtil.buildSslContextForClient(PeerTls.config(tls, new Addresses())))
                .build();
    }

    private Status.Code vote(String from, String to) {
        RequestVoteRequestProto request = RequestVoteRequestProto.newBuilder()
                .setServerRequest(RaftRpcRequestProto.newBuilder()
                        .setRequestorId(ByteString.copyFromUtf8(from))
                        .setReplyId(ByteString.copyFromUtf8(to))
                        .setRaftGroupId(
                                ProtoUtils.toRaftGroupIdProtoBuilder(Peers.group(Voter.LEDGER, Optional.empty()))))
                .setCandidateTerm(1)
                .setCandidateLastEntry(TermIndexProto.newBuilder().setTerm(1).setIndex(99))
                .build();
        return code(() -> RaftServerProtocolServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .requestVote(request));
    }

    private static Status.Code code(Runnable call) {
        try {
            call.run();
            return Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    @Test
    void messageMustComeFromTheNodeOfItsCertificateAndBeForThisVoter() {
        connect(authority.node("b"));
        String self = Peers.id(a.self()).toString();
        assertThat(vote("b_1234", self)).isEqualTo(Status.Code.OK);
        assertThat(vote("c_1234", self)).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(vote("b", self)).isEqualTo(Status.Code.PERMISSION_DENIED);
        assertThat(vote("b_1234", "a_another")).isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void engineDoorsForClientsAndAdministratorsAreShut() {
        connect(authority.node("b"));
        assertThat(code(() -> AdminProtocolServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(10, TimeUnit.SECONDS)
                        .groupList(GroupListRequestProto.getDefaultInstance())))
                .isEqualTo(Status.Code.PERMISSION_DENIED);
    }

    @Test
    void strangersAndNodesWithoutAVoteGetNoConnection() {
        connect(new Authority().node("b"));
        assertThat(vote("b_1234", Peers.id(a.self()).toString())).isEqualTo(Status.Code.UNAVAILABLE);
        channel.shutdownNow();
        // Signed by the right authority, but the name is not that of a node: a head, say.
        connect(authority.named("CN=head h1"));
        assertThat(vote("h1_1234", Peers.id(a.self()).toString())).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void voterWithAForeignCertificateIsNotAddedAndDisturbsNobody() {
        b = new Voter(root, "b", new Authority().node("b")).open();
        assertThatThrownBy(() -> Voter.asLeader(leader -> leader.ledger.addVoter(b.self()), a))
                .hasMessageContaining("could not give b a vote");
        assertThat(a.votes()).containsExactly("a");
        Voter.asLeader(leader -> leader.ledger.append(Voter.bytes("still here")), a);
        assertThat(b.journal.size()).isZero();
    }

    @Test
    void anotherNodeAtTheAddressOfAVoterGetsNothing() {
        // Its certificate is good, but it is c that answers where b should be.
        b = new Voter(root, "c", authority.node("c")).open();
        Ledger.Peer claimed =
                new Ledger.Peer(new NodeId("b"), b.self().storage(), b.self().address());
        assertThatThrownBy(() -> Voter.asLeader(leader -> leader.ledger.addVoter(claimed), a))
                .hasMessageContaining("could not give b a vote");
        assertThat(a.votes()).containsExactly("a");
    }
}
