package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger.Peer;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * The way back after most voters are gone for good: from the folder of one that is left, with its agent stopped, a
 * ledger goes on that has this one voter only.
 *
 * <p>It goes on under another name (the <em>course</em>: a random word) and as another group of the engine, so what the
 * old voters have can neither be counted against it nor be fed to it. Its terms begin far above the old ones: where a
 * leader of the old course should rise once more, every node that hears both follows the new one, and an old voter then
 * sets its copy aside. What the old folder held is renamed, never deleted.
 */
public final class LedgerRecovery implements AutoCloseable {
    /** More elections than old voters could hold in a lifetime. */
    static final long TERM_STEP = 1_000_000_000;

    private static final int COURSE_BYTES = 4;

    /** What makes of this voter's copy the state from which the ledger goes on. */
    public interface Copy {
        /** The state of the newest snapshot, if there is one; called first. */
        void restore(long index, long term, byte[] snapshot);

        void apply(long index, long term, byte[] entry);

        /** The whole state, after everything was applied; the recovery itself is part of it. */
        byte[] recovered(String course);
    }

    private final Path path;
    private final NodeId node;
    private final LedgerId ledger;
    private final VoterFolder folder;
    private final List<Peer> voters;
    private final Peer self;
    private final TermIndex end;

    private LedgerRecovery(
            Path path, NodeId node, LedgerId ledger, VoterFolder folder, List<Peer> voters, Peer self, TermIndex end) {
        this.path = path;
        this.node = node;
        this.ledger = ledger;
        this.folder = folder;
        this.voters = voters;
        this.self = self;
        this.end = end;
    }

    /**
     * Looks at the folder of a voter and holds it until it is closed. Changes nothing but a torn last entry, which was
     * never flushed.
     *
     * @throws IOException with a sentence that says what to do: no voter's folder, in use, damaged, nothing to recover
     */
    public static LedgerRecovery open(Path path) throws IOException {
        finishInterrupted(path);
        if (!Files.isDirectory(path)) {
            throw new IOException("there is no folder " + path + ": name the folder of a voter's agent (`dir:` in its"
                    + " configuration)");
        }
        Path file = path.resolve("voter.properties");
        if (!Files.exists(file)) {
            throw new IOException(path + " is no voter's folder (there is no voter.properties in it): run this on a"
                    + " node that `bramble voters` listed, on the folder `ledger` of its agent");
        }
        Properties identity = new Properties();
        identity.load(new StringReader(Files.readString(file, StandardCharsets.UTF_8)));
        NodeId node = new NodeId(identity.getProperty("node", ""));
        LedgerId ledger = new LedgerId(identity.getProperty("ledger", ""));
        VoterFolder folder = null;
        try {
            folder = VoterFolder.open(path, node, ledger, Optional.empty());
            return look(path, node, ledger, folder);
        } catch (DamagedException damaged) {
            release(folder);
            throw new IOException(
                    damaged.getMessage()
                            + ": this copy cannot be trusted; recover from another voter's card, or, if there"
                            + " is none, found a new bramble",
                    damaged);
        } catch (IOException | RuntimeException refused) {
            release(folder);
            throw refused;
        }
    }

    private static void release(VoterFolder folder) throws IOException {
        if (folder != null) {
            folder.close();
        }
    }

    private static LedgerRecovery look(Path path, NodeId node, LedgerId ledger, VoterFolder folder)
            throws IOException, DamagedException {
        RaftGroupId group = Peers.group(ledger, folder.course());
        Peer nameless = new Peer(node, folder.storage(), "");
        LogCheck.Finding finding = LogCheck.run(
                folder.group(group),
                Peers.id(nameless).toString(),
                folder.joined(),
                new AppliedNote(folder.applied()).read(),
                new MembershipNote(folder.membership()).read());
        if (finding.empty() || !folder.joined()) {
            throw new IOException("the folder " + path + " never held a vote, so there is nothing in it to go on from:"
                    + " run this on a node that `bramble voters` listed");
        }
        Reading reading = new Reading(SnapshotFiles.check(folder.group(group)).sound(), finding.membership());
        LogEntries.read(folder.group(group).resolve("current"), reading::see);
        List<Peer> voters = reading.membership
                .map(known -> Peers.peers(known.getPeersList()))
                .orElse(List.of());
        Peer self = voters.stream()
                .filter(peer -> peer.node().equals(node) && peer.storage().equals(folder.storage()))
                .findFirst()
                .orElseThrow(() -> new IOException("the vote of this node had moved to another one: run this on one of "
                        + voters.stream().map(Peer::node).toList()));
        if (voters.size() == 1) {
            throw new IOException("this node is the only voter already: start its agent, there is nothing to recover");
        }
        return new LedgerRecovery(path, node, ledger, folder, voters, self, reading.end);
    }

    /** Where the log ends and whom it names last. */
    private static final class Reading {
        TermIndex end;
        Optional<RaftConfigurationProto> membership;

        Reading(Optional<TermIndex> snapshot, Optional<RaftConfigurationProto> membership) {
            this.end = snapshot.orElse(TermIndex.valueOf(0, -1));
            this.membership = membership;
        }

        void see(LogEntryProto entry) {
            if (entry.getIndex() > end.getIndex()) {
                end = TermIndex.valueOf(entry.getTerm(), entry.getIndex());
            }
            if (entry.hasConfigurationEntry()) {
                membership = Optional.of(entry.getConfigurationEntry());
            }
        }
    }

    public NodeId node() {
        return node;
    }

    /** Every voter that this copy knows, itself among them. */
    public List<Peer> voters() {
        return voters;
    }

    /** Index of the last entry on this disk. What others had acknowledged after it is lost. */
    public long lastIndex() {
        return end.getIndex();
    }

    /**
     * Makes the new folder and puts it in the place of the old one, in such an order that a crash leaves either the one
     * or the other, or what the next try finishes.
     *
     * @return where the old folder is now
     */
    public Path recover(Copy copy) throws IOException {
        String course = HexFormat.of().formatHex(random(COURSE_BYTES));
        byte[] state = state(copy, course);
        Path fresh = fresh(path);
        DurableFiles.deleteAll(fresh);
        Path draft = draft(path);
        DurableFiles.deleteAll(draft);
        build(draft, course, state);
        DurableFiles.move(draft, fresh);
        folder.close();
        Path aside = VoterFolder.setAside(path, "recovered");
        DurableFiles.move(fresh, path.toAbsolutePath());
        return aside;
    }

    private static Path fresh(Path path) {
        Path absolute = path.toAbsolutePath();
        return absolute.resolveSibling(absolute.getFileName() + "-recovering");
    }

    private static Path draft(Path path) {
        return fresh(path).resolveSibling(fresh(path).getFileName() + "-draft");
    }

    /** The old folder was renamed, and then the power failed. */
    private static void finishInterrupted(Path path) throws IOException {
        if (!Files.exists(path) && Files.exists(fresh(path))) {
            DurableFiles.move(fresh(path), path.toAbsolutePath());
        }
    }

    /**
     * The folder is there and is opened, so what an earlier try made is not to take its place: should the folder go
     * missing months later, that would be a ledger of long ago.
     */
    static void forgetUnfinished(Path path) throws IOException {
        DurableFiles.deleteAll(fresh(path));
        DurableFiles.deleteAll(draft(path));
    }

    private byte[] state(Copy copy, String course) throws IOException {
        Path group = folder.group(Peers.group(ledger, folder.course()));
        long after = -1;
        SnapshotFiles snapshots = new SnapshotFiles(group);
        snapshots.refresh();
        try {
            Optional<SnapshotFiles.Snapshot> newest = snapshots.load();
            if (newest.isPresent()) {
                after = newest.get().at().getIndex();
                copy.restore(after, newest.get().at().getTerm(), newest.get().state());
            }
        } catch (DamagedException since) {
            throw new IOException(since.getMessage(), since);
        }
        long covered = after;
        LogEntries.read(group.resolve("current"), entry -> {
            if (entry.getIndex() > covered && entry.hasStateMachineLogEntry()) {
                copy.apply(
                        entry.getIndex(),
                        entry.getTerm(),
                        entry.getStateMachineLogEntry().getLogData().toByteArray());
            }
        });
        return copy.recovered(course);
    }

    private void build(Path draft, String course, byte[] state) throws IOException {
        TermIndex at = TermIndex.valueOf(end.getTerm() + TERM_STEP, end.getIndex() + 1);
        try (VoterFolder next = VoterFolder.open(draft, node, ledger, Optional.of(course))) {
            Peer only = new Peer(node, next.storage(), self.address());
            Path group = next.group(Peers.group(ledger, next.course()));
            Path current = group.resolve("current");
            Files.createDirectories(current);
            SnapshotFiles snapshots = new SnapshotFiles(group);
            snapshots.refresh();
            snapshots.store(new SnapshotFiles.Snapshot(at, state));
            RaftConfigurationProto membership = RaftConfigurationProto.newBuilder()
                    .addPeers(Peers.raftPeer(only).getRaftPeerProto())
                    .build();
            LogEntryProto entry = LogEntryProto.newBuilder()
                    .setTerm(at.getTerm())
                    .setIndex(at.getIndex())
                    .setConfigurationEntry(membership)
                    .build();
            DurableFiles.write(current.resolve("raft-meta.conf"), ByteBuffer.wrap(entry.toByteArray()));
            String vote = "term=" + at.getTerm() + "\nvotedFor=" + Peers.id(only) + "\n";
            DurableFiles.write(current.resolve("raft-meta"), ByteBuffer.wrap(vote.getBytes(StandardCharsets.UTF_8)));
            new MembershipNote(next.membership()).write(at.getTerm(), at.getIndex(), membership);
            new AppliedNote(next.applied()).write(at.getIndex());
            next.markJoined();
        } catch (DamagedException impossible) {
            throw new IOException("the new folder " + draft + " is damaged", impossible);
        }
        DurableFiles.flushAll(draft);
    }

    private static byte[] random(int bytes) {
        byte[] random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return random;
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
