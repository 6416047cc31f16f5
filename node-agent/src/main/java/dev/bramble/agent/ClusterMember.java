package dev.bramble.agent;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.View;
import dev.bramble.cluster.guests.Guesthouse;
import dev.bramble.cluster.jgroups.ClusterSettings;
import dev.bramble.cluster.jgroups.JGroupsCluster;
import dev.bramble.cluster.jgroups.MessageCodec;
import dev.bramble.cluster.jgroups.PeerCheck;
import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.ratis.RatisLedger;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.EventLoop;
import dev.bramble.trust.Identity;
import dev.bramble.trust.NodeCertificate;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** The connections that every member has: built from its configuration and its identity. */
final class ClusterMember {
    private static final int NAMES_SHOWN_MAX = 20;

    private ClusterMember() {}

    /** @param refusal why a node with this board serial must stay outside, as far as this member knows */
    static Cluster join(
            MemberConfig config,
            Identity identity,
            boolean founding,
            Member self,
            CborCodec codec,
            Cluster.Listener listener,
            BiFunction<NodeId, String, Optional<String>> refusal,
            EventLoop loop)
            throws IOException {
        ClusterSettings settings = new ClusterSettings(
                self,
                identity.authorities().ledger().value(),
                new InetSocketAddress(config.bind(), config.clusterPort()),
                config.seeds(),
                new ClusterSettings.Credentials(
                        identity.key(),
                        identity.certificate().certificate(),
                        // An agent lets a forgotten node come as far as being told so; a head need not.
                        identity.role() == NodeRole.AGENT ? identity.doorContext() : identity.sslContext(),
                        new Peers(identity)),
                (node, role, serial, fingerprint) -> refusal.apply(node, serial),
                config.multicast(),
                config.dir(),
                founding);
        MessageCodec messages = new MessageCodec(codec::encodeMessage, codec::decodeMessage);
        if (!config.guests()) {
            return JGroupsCluster.join(settings, messages, listener, loop);
        }
        Guesthouse house =
                new Guesthouse(self, listener, loop, new Guesthouse.Codec(codec::encodeMessage, codec::decodeMessage));
        house.open(JGroupsCluster.join(settings, messages, house.ofMembers(), loop));
        return house;
    }

    /** The view for the log: names while they fit a line or two. */
    static Object shown(View view) {
        return view.members().size() > NAMES_SHOWN_MAX
                ? view.members().size()
                : view.members().stream().map(Member::name).toList();
    }

    static RatisLedger.Settings ledgerSettings(MemberConfig config, Identity identity) {
        RatisLedger.Tls tls = new RatisLedger.Tls(
                identity.key(),
                List.of(identity.certificate().certificate()),
                identity.authorities().all(),
                certificate -> voterOf(identity, certificate));
        Duration electionTimeout = Duration.ofMillis(config.electionTimeoutMillis());
        return RatisLedger.Settings.of(
                        config.dir().resolve("ledger"),
                        identity.node(),
                        identity.authorities().ledger(),
                        config.bind() + ":" + config.ledgerPort(),
                        config.bind(),
                        tls)
                .withElectionTimeouts(electionTimeout, electionTimeout.multipliedBy(2));
    }

    private static Optional<NodeId> voterOf(Identity identity, X509Certificate certificate) {
        try {
            NodeCertificate peer = NodeCertificate.of(certificate);
            boolean mayVote = peer.role() == NodeRole.AGENT && !identity.isRevoked(peer);
            return mayVote ? Optional.of(peer.node()) : Optional.empty();
        } catch (CertificateException stranger) {
            return Optional.empty();
        }
    }

    private record Peers(Identity identity) implements PeerCheck {
        @Override
        public Peer prove(X509Certificate[] chain) throws CertificateException {
            NodeCertificate peer = identity.authorities().check(chain);
            return new Peer(peer.node(), peer.role(), peer.certificate());
        }

        @Override
        public boolean isRevoked(Peer peer) {
            return identity.isRevoked(new NodeCertificate(peer.certificate(), peer.node(), peer.role()));
        }
    }
}
