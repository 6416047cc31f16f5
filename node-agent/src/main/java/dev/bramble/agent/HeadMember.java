package dev.bramble.agent;

import dev.bramble.board.Board;
import dev.bramble.board.Watcher;
import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Requests;
import dev.bramble.cluster.View;
import dev.bramble.codec.CborCodec;
import dev.bramble.control.Control;
import dev.bramble.control.HeadControl;
import dev.bramble.door.DoorLimits;
import dev.bramble.door.DoorPeerBlobs;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.ThreadEventLoop;
import dev.bramble.trust.Fingerprints;
import dev.bramble.trust.Identity;
import dev.bramble.trust.Tls;
import dev.bramble.trust.x509.OperatorCertificate;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A member of the cluster that runs no work and keeps no ledger: what a dashboard stands on. Reads {@code head.yaml},
 * enrols itself if need be, follows the ledger.
 */
public final class HeadMember implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeadMember.class);

    private final MemberConfig config;
    private final Identity identity;
    private final ThreadEventLoop loop;
    private final Watcher watcher;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final DoorPeerBlobs peers;
    private final Cluster cluster;
    private final HeadControl control;
    private final Optional<OperatorCertificate> operators;

    /**
     * Joins; blocks until this head has an identity.
     *
     * @param onFatal told once, when this head can never run as it is
     * @throws dev.bramble.model.RefusedException with every mistake in the configuration, or the bramble's refusal
     */
    public static HeadMember start(Path configFile, Consumer<String> onFatal) throws IOException {
        MemberConfig config = ConfigFile.read(configFile, "-head");
        MemberProcess.lock(config.dir());
        if (config.stopAtStdinEnd()) {
            MemberProcess.stopAtStdinEnd();
        }
        Board board = Boards.of(config);
        ThreadEventLoop loop = new ThreadEventLoop("head", failure -> LOG.error("a step of the head failed", failure));
        Watcher watcher = Boards.watcher();
        AtomicReference<String> status = new AtomicReference<>("waiting to be let in");
        Liveness.begin(loop, watcher, status::get);
        Identity identity =
                new Birth(config, NodeRole.HEAD, board, () -> {}).identity().identity();
        status.set("serving the dashboard");
        return new HeadMember(config, identity, loop, watcher, onFatal);
    }

    private HeadMember(
            MemberConfig config, Identity identity, ThreadEventLoop loop, Watcher watcher, Consumer<String> onFatal)
            throws IOException {
        this.watcher = watcher;
        this.config = config;
        this.identity = identity;
        this.operators = config.tlsCertificate()
                .map(certificate -> new OperatorCertificate(
                        certificate, config.tlsKey().orElseThrow(), System::nanoTime, Date::new, LOG::warn));
        this.loop = loop;
        this.peers = new DoorPeerBlobs(identity, DoorLimits.DEFAULT);
        CborCodec codec = new CborCodec();
        Listener listener = new Listener(onFatal);
        byte[] incarnation = new byte[8];
        new SecureRandom().nextBytes(incarnation);
        Member self = new Member(
                identity.node(),
                config.name(),
                identity.role(),
                "",
                "",
                identity.boardSerial(),
                HexFormat.of().formatHex(incarnation));
        this.cluster = ClusterMember.join(
                config, identity, false, self, codec, listener, (node, serial) -> Optional.empty(), loop);
        this.control = new HeadControl(
                new HeadControl.Parts(loop, cluster, new Requests(loop, cluster), codec, codec, peers, blocking));
        identity.revoke(peer -> isForgotten(peer.node()));
        loop.execute(() -> listener.control = control);
        control.start();
    }

    /** Asked on network threads; the state is the loop's, so a racing read may be one entry old. */
    private boolean isForgotten(NodeId node) {
        NodeRecord known = control.state().nodes().get(node);
        return known != null && known.forgotten();
    }

    public Control control() {
        return control;
    }

    /** For the HTTPS port: the operator's certificate, or this head's, which the authority issued; asks for none. */
    public SSLContext webTls() {
        return Tls.context(
                new KeyManager[] {operators.<KeyManager>map(its -> its).orElseGet(identity::keyManager)},
                identity.trustManager(Set.of()));
    }

    /** Fingerprint of the certificate that {@link #webTls} shows, as people compare it. */
    public String webFingerprint() {
        return Fingerprints.shown(operators
                .map(OperatorCertificate::sha256)
                .orElseGet(() -> identity.certificate().sha256()));
    }

    /** Where the dashboard listens. */
    public String bind() {
        return config.bind();
    }

    public int httpPort() {
        return config.httpPort();
    }

    public boolean plainHttp() {
        return config.plainHttp();
    }

    /** This head's identity. */
    public NodeId node() {
        return identity.node();
    }

    public String name() {
        return config.name();
    }

    /** Where figures for charts are kept; empty where the operator did not say so. */
    public Optional<Path> historyFolder() {
        return config.historyOnDisk() ? Optional.of(config.dir().resolve("history")) : Optional.empty();
    }

    /** With which the first admin is made, where this head is beside the node that founded the bramble. */
    public Optional<String> setupCode() {
        return config.founding().flatMap(Founding::setupCode);
    }

    /** Who is told of alerts, over HTTP. */
    public Optional<URI> alertWebhook() {
        return config.alertWebhook();
    }

    /** What is run with a message about alerts on its stdin; empty for nothing. */
    public List<String> alertMail() {
        return config.alertMail();
    }

    /** This head's data. */
    public Path dir() {
        return config.dir();
    }

    @Override
    public void close() {
        watcher.stopping();
        cluster.close();
        peers.close();
        loop.close();
        blocking.shutdown();
    }

    private static final class Listener implements Cluster.Listener {
        private final Consumer<String> onFatal;
        private HeadControl control;

        Listener(Consumer<String> onFatal) {
            this.onFatal = onFatal;
        }

        @Override
        public void viewChanged(View view) {
            LOG.info("members: {}", ClusterMember.shown(view));
            if (control != null) {
                control.viewChanged(view);
            }
        }

        @Override
        public void received(Member from, Message message) {
            if (control != null) {
                control.received(from, message);
            }
        }

        @Override
        public void refused(String sentence) {
            onFatal.accept(sentence);
        }
    }
}
