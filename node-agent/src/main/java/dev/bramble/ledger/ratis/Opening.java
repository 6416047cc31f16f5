package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger.Peer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.storage.RaftStorage.StartupOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a folder to an engine that can be started: checks the folder, sets a damaged one aside, builds the engine.
 *
 * @param folder held until it is closed
 * @param note of what was applied
 * @param self this voter
 * @param aside why the folder found was set aside; empty when it was sound or new
 * @param membership the last committed membership known here
 * @param engine not yet started
 */
record Opening(
        VoterFolder folder,
        AppliedNote note,
        Peer self,
        Optional<String> aside,
        Optional<RaftConfigurationProto> membership,
        Engine engine) {
    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);

    private record Checked(VoterFolder folder, LogCheck.Finding finding, Optional<String> aside) {}

    /**
     * Waits for the disk.
     *
     * @param founding whether an empty folder founds the ledger, with this voter as the only one
     * @param machine makes the state machine for the engine's folder of this ledger
     * @throws IOException with a sentence for people
     */
    static Opening of(RatisLedger.Settings settings, boolean founding, Function<Path, RatisMachine> machine)
            throws IOException {
        Tuning.prepareProcess();
        Checked checked = check(settings);
        VoterFolder folder = checked.folder;
        RaftGroupId group = group(settings, folder);
        try {
            requireFreePort(settings);
            Peer self = new Peer(settings.node(), folder.storage(), settings.address());
            // A folder that was set aside held a ledger once: to found a second one under its name would hide the loss.
            boolean alone = founding && checked.finding.empty() && checked.aside.isEmpty();
            Engine engine = build(settings, folder, self, alone, machine.apply(folder.group(group)));
            return new Opening(
                    folder,
                    new AppliedNote(folder.applied()),
                    self,
                    checked.aside,
                    checked.finding.membership(),
                    engine);
        } catch (IOException | RuntimeException failure) {
            folder.close();
            throw failure;
        }
    }

    private static RaftGroupId group(RatisLedger.Settings settings, VoterFolder folder) {
        return Peers.group(settings.ledger(), folder.course());
    }

    private static Checked check(RatisLedger.Settings settings) throws IOException {
        Path path = settings.folder();
        VoterFolder folder = null;
        try {
            folder = VoterFolder.open(path, settings.node(), settings.ledger(), settings.course());
            LogCheck.Finding finding = check(folder, settings);
            if (finding.cutBytes() > 0) {
                LOG.warn("{}: cut {} bytes of a last entry that was torn and never flushed", path, finding.cutBytes());
            }
            return new Checked(folder, finding, Optional.empty());
        } catch (DamagedException damaged) {
            if (folder != null) {
                folder.close();
            }
            Path renamed = VoterFolder.setAside(path, "damaged");
            String sentence = damaged.getMessage() + "; the folder was renamed to " + renamed.getFileName()
                    + " and this node waits to be made a voter anew";
            LOG.error(sentence);
            return checkNew(settings, sentence);
        } catch (RuntimeException unexpected) {
            folder.close();
            throw unexpected;
        } catch (IOException failure) {
            if (folder != null) {
                folder.close();
            }
            throw new IOException("the ledger's folder " + path + " cannot be used: " + reason(failure), failure);
        }
    }

    private static String reason(IOException failure) {
        return failure instanceof FileSystemException file && file.getReason() != null
                ? file.getReason() + " (" + file.getFile() + ")"
                : failure.getMessage();
    }

    private static LogCheck.Finding check(VoterFolder folder, RatisLedger.Settings settings)
            throws IOException, DamagedException {
        String self = Peers.id(new Peer(settings.node(), folder.storage(), settings.address()))
                .toString();
        return LogCheck.run(
                folder.group(group(settings, folder)),
                self,
                folder.joined(),
                new AppliedNote(folder.applied()).read(),
                new MembershipNote(folder.membership()).read());
    }

    private static Checked checkNew(RatisLedger.Settings settings, String sentence) throws IOException {
        try {
            VoterFolder folder =
                    VoterFolder.open(settings.folder(), settings.node(), settings.ledger(), settings.course());
            return new Checked(folder, check(folder, settings), Optional.of(sentence));
        } catch (DamagedException impossible) {
            throw new IOException("the new folder " + settings.folder() + " is damaged", impossible);
        }
    }

    /** The engine itself reports a taken port late and in many words. */
    private static void requireFreePort(RatisLedger.Settings settings) throws IOException {
        InetSocketAddress address = new InetSocketAddress(settings.bindHost(), settings.port());
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(address);
        } catch (BindException e) {
            throw new IOException(
                    "the ledger's port " + settings.bindHost() + ":" + settings.port() + " cannot be used: "
                            + e.getMessage() + "; choose another port or stop what uses it",
                    e);
        }
    }

    private static Engine build(
            RatisLedger.Settings settings, VoterFolder folder, Peer self, boolean alone, RatisMachine machine)
            throws IOException {
        RaftGroupId group = group(settings, folder);
        RaftPeer raftPeer = Peers.raftPeer(self);
        RaftProperties properties = Tuning.properties(settings, folder.engine());
        if (alone) {
            Tuning.electAtOnce(properties);
        }
        Addresses addresses = new Addresses();
        Parameters parameters = new Parameters();
        GrpcConfigKeys.TLS.setConf(parameters, PeerTls.config(settings.tls(), addresses));
        GrpcConfigKeys.Server.setServicesCustomizer(
                parameters,
                new PeerGuard(
                        raftPeer.getId(),
                        folder.group(group).resolve("current"),
                        settings.tls().voterOf()));
        RaftServer server = RaftServer.newBuilder()
                .setServerId(raftPeer.getId())
                // Otherwise the membership comes from the folder, or from the leader that adds this voter.
                .setGroup(RaftGroup.valueOf(group, alone ? List.of(raftPeer) : List.of()))
                // The engine's default would wipe an existing log.
                .setOption(StartupOption.RECOVER)
                .setProperties(properties)
                .setParameters(parameters)
                .setStateMachine(machine)
                .build();
        return new Engine(server, raftPeer, group, addresses);
    }
}
