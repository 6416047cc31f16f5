package dev.bramble.ledger.ratis;

import dev.bramble.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.EnumSet;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteReplyProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Grpc;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;

/**
 * Stands before the consensus port of one voter.
 *
 * <ul>
 *   <li>Only voters speak here, and only consensus: the engine's services for clients and for administration are shut,
 *       since any node's certificate would open them. Entries enter through the leader's own process.
 *   <li>Who a message says it is from must be the node of the certificate it came with.
 *   <li>A message meant for another voter is refused. After boards have swapped addresses, a leader would otherwise
 *       count what this voter wrote as written by that one.
 *   <li>A vote leaves only when the file that remembers it is on the disk under its name; the engine flushes the file
 *       but not the folder, so a power cut could make this voter vote twice in a term.
 * </ul>
 */
final class PeerGuard implements ServerInterceptor, GrpcServices.Customizer {
    private final RaftPeerId self;
    private final Path voteFolder;
    private final Function<X509Certificate, Optional<NodeId>> voterOf;

    PeerGuard(RaftPeerId self, Path voteFolder, Function<X509Certificate, Optional<NodeId>> voterOf) {
        this.self = self;
        this.voteFolder = voteFolder;
        this.voterOf = voterOf;
    }

    @Override
    public NettyServerBuilder customize(NettyServerBuilder builder, EnumSet<GrpcServices.Type> types) {
        return builder.intercept(this);
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        String service = call.getMethodDescriptor().getServiceName();
        if (!RaftServerProtocolServiceGrpc.SERVICE_NAME.equals(service)) {
            return refuse(call, Status.PERMISSION_DENIED, "entries enter the ledger through the bramble's own API");
        }
        Optional<NodeId> caller = caller(call);
        if (caller.isEmpty()) {
            return refuse(call, Status.UNAUTHENTICATED, "the certificate is not one of a node that may vote");
        }
        ServerCall<Q, R> durable = new SimpleForwardingServerCall<>(call) {
            @Override
            public void sendMessage(R message) {
                makeDurable(message);
                super.sendMessage(message);
            }
        };
        return new SimpleForwardingServerCallListener<>(next.startCall(durable, headers)) {
            private boolean refused;

            @Override
            public void onMessage(Q message) {
                Optional<String> objection = objection(caller.get(), message);
                if (objection.isEmpty()) {
                    super.onMessage(message);
                } else if (!refused) {
                    refused = true;
                    call.close(Status.PERMISSION_DENIED.withDescription(objection.get()), new Metadata());
                }
            }

            @Override
            public void onHalfClose() {
                if (!refused) {
                    super.onHalfClose();
                }
            }
        };
    }

    private static <Q, R> ServerCall.Listener<Q> refuse(ServerCall<Q, R> call, Status status, String sentence) {
        call.close(status.withDescription(sentence), new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private Optional<NodeId> caller(ServerCall<?, ?> call) {
        SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
        if (session == null) {
            return Optional.empty();
        }
        try {
            Certificate[] chain = session.getPeerCertificates();
            return chain[0] instanceof X509Certificate certificate ? voterOf.apply(certificate) : Optional.empty();
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    private Optional<String> objection(NodeId caller, Object message) {
        RaftRpcRequestProto request = switch (message) {
            case AppendEntriesRequestProto append -> append.getServerRequest();
            case RequestVoteRequestProto vote -> vote.getServerRequest();
            case InstallSnapshotRequestProto install -> install.getServerRequest();
            case StartLeaderElectionRequestProto election -> election.getServerRequest();
            case ReadIndexRequestProto read -> read.getServerRequest();
            default -> RaftRpcRequestProto.getDefaultInstance();
        };
        String from = request.getRequestorId().toStringUtf8();
        String to = request.getReplyId().toStringUtf8();
        if (!Peers.node(from).equals(Optional.of(caller))) {
            return Optional.of("the certificate is that of " + caller + ", but the message says it is from " + from);
        }
        if (!to.equals(self.toString())) {
            return Optional.of("this is " + self + ", but the message is for " + to);
        }
        return Optional.empty();
    }

    private void makeDurable(Object message) {
        if (message instanceof RequestVoteReplyProto vote
                && vote.getServerReply().getSuccess()) {
            try {
                DurableFiles.flushFolder(voteFolder);
            } catch (IOException e) {
                // Without an answer the candidate has no vote of ours.
                throw Status.INTERNAL
                        .withDescription("the vote could not be written: " + e.getMessage())
                        .asRuntimeException();
            }
        }
    }
}
