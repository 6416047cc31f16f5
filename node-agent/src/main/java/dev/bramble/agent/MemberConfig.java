package dev.bramble.agent;

import dev.bramble.board.Play;
import dev.bramble.board.panel.Wiring;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * The configuration of an agent or a head, checked.
 *
 * @param name for people; the ledger adds a number when it is taken
 * @param dir the node's data
 * @param bind address of this board that others reach
 * @param clusterPort of the cluster
 * @param ledgerPort of the consensus, used while this node votes; agents only
 * @param doorPort of the door; agents only
 * @param httpPort of the dashboard; heads only
 * @param plainHttp whether the dashboard speaks plain http, on loopback only
 * @param tlsCertificate the operator's certificate for the dashboard, with its chain; empty for the head's own
 * @param tlsKey its key
 * @param seeds host:port of other members' clusters
 * @param doors host:port of doors to ask for admission
 * @param found whether this node founds a bramble when it has no identity yet
 * @param brambleName of the bramble that it founds
 * @param join join token for the enrolment
 * @param votersMax most voters that the bramble keeps: 1, 3 or 5
 * @param simulatedBoard whether the board is simulated
 * @param plays what a simulated board plays, with figures that move; empty for one that is well and still
 * @param guests whether members pass on what their guests say: in a bramble of simulated boards on one machine
 * @param powerCommand what reboots the board with {@code reboot} behind it, and powers it off with {@code poweroff};
 *     empty for a simulated board that ends its agent instead
 * @param panel on which lines light, fan and button hang; empty when none is to be driven; agents only
 * @param cpus cores for tasks, in thousandths; absent for what the board has
 * @param memoryBytes for tasks; absent for what the board has less the agent's share
 * @param diskReserveBytes free bytes of the disk that copies of files leave to the node; agents only
 * @param labels for jobs that ask for them
 * @param uidBase first of the uids that tasks run under, as root
 * @param electionTimeoutMillis shortest wait for a silent leader
 * @param multicast whether to look for members on the local network
 * @param alertWebhook address that is told of alerts, by POST; heads only
 * @param alertMail program and arguments that are told of alerts, on stdin; empty for none; heads only
 * @param historyOnDisk whether figures for charts outlive a restart, in the folder {@code history}; heads only
 * @param founding what the founding node wrote, where it is on the same machine: its setup code is shown on this head's
 *     console; heads only
 * @param stopAtStdinEnd whether the end of stdin stops the process: its supervisor is gone
 */
public record MemberConfig(
        String name,
        Path dir,
        String bind,
        int clusterPort,
        int ledgerPort,
        int doorPort,
        int httpPort,
        boolean plainHttp,
        Optional<Path> tlsCertificate,
        Optional<Path> tlsKey,
        List<String> seeds,
        List<String> doors,
        boolean found,
        String brambleName,
        Optional<String> join,
        int votersMax,
        boolean simulatedBoard,
        Optional<Play> plays,
        boolean guests,
        List<String> powerCommand,
        Optional<Wiring> panel,
        OptionalInt cpus,
        OptionalLong memoryBytes,
        long diskReserveBytes,
        SortedMap<String, String> labels,
        OptionalInt uidBase,
        int electionTimeoutMillis,
        boolean multicast,
        Optional<URI> alertWebhook,
        List<String> alertMail,
        boolean historyOnDisk,
        Optional<Path> founding,
        boolean stopAtStdinEnd) {}
