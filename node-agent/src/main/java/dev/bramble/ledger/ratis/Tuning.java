package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys.LeaderElection;
import org.apache.ratis.server.RaftServerConfigKeys.Log;
import org.apache.ratis.server.RaftServerConfigKeys.Rpc;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/**
 * The engine's settings, with where each number comes from. What is not named here stays at the engine's default; above
 * all the flush, which is synchronous: an entry counts as written when {@code fdatasync} has returned.
 */
final class Tuning {
    /** Our largest entry and what the engine writes around it (term, index, client and call id: under 100 bytes). */
    static final int ENGINE_ENTRY_BYTES_MAX = Ledger.ENTRY_BYTES_MAX + (64 << 10);

    /**
     * Appends under way at once on the leader. Group commit gains nothing beyond some hundred, and each costs the
     * memory of its entry, twice.
     */
    static final int APPENDS_IN_FLIGHT_MAX = 512;

    /** Bytes of appends under way at once; stays under the engine's own {@link #WRITE_BYTES_MAX}. */
    static final int APPEND_BYTES_IN_FLIGHT_MAX = 6 << 20;

    /** Entries handed to the event loop but not yet applied there: the loop must not drown in a restart's replay. */
    static final int APPLIES_IN_FLIGHT_MAX = 256;

    /** Bytes of the same. At least one largest entry must fit. */
    static final int APPLY_BYTES_IN_FLIGHT_MAX = 4 << 20;

    /**
     * A snapshot is taken after this many bytes of entries, however few they are. About twice as much lies on the disk
     * and is read at the next start, and a card reads some 40 MB/s.
     */
    static final long SNAPSHOT_EVERY_BYTES = 32L << 20;

    /**
     * The newest snapshot and the one before. The log is kept from the older one on: so one damaged snapshot costs
     * nothing, and a follower that was away for a moment is fed from the log.
     */
    static final int SNAPSHOTS_KEPT = 2;

    /** A new voter this close to the leader counts as caught up; what is in flight under load is less. */
    static final int CATCH_UP_GAP_ENTRIES = 100;

    private static final long MIB = 1L << 20;
    private static final long WRITE_BYTES_MAX = 8 * MIB;

    /** A pause of the whole process (a laptop that slept) must not close the ledger for good; the default is 60 s. */
    private static final Duration CLOSE_AFTER_PAUSE_OF = Duration.ofDays(3650);

    /**
     * The flags a voter's JVM should run with, for the agent to put together with its own; measured: they halve its
     * resident memory. The direct memory is the network's and the log's write buffer; entries of a megabyte need 24 MB.
     */
    static final List<String> JVM_FLAGS = List.of(
            "-XX:+UseSerialGC",
            "-XX:+UseCompactObjectHeaders",
            "-XX:TieredStopAtLevel=1",
            "-Xss256k",
            // Half a voter is worse than one that systemd starts again.
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:MaxDirectMemorySize=24m",
            "--sun-misc-unsafe-memory-access=allow",
            "--enable-native-access=ALL-UNNAMED");

    private static final String NETTY = "org.apache.ratis.thirdparty.io.netty.";

    /** Read once, when the engine's own copy of Netty is loaded; nothing else in the process uses that copy. */
    private static final Map<String, String> NETTY_PROPERTIES = Map.of(
            NETTY + "allocator.numHeapArenas",
            "1",
            NETTY + "allocator.numDirectArenas",
            "1",
            NETTY + "allocator.maxOrder",
            "4",
            NETTY + "allocator.useCacheForAllThreads",
            "false",
            NETTY + "eventLoopThreads",
            "2",
            // TLS is the JDK's (it keeps the order of ciphers), and a handful of connections need no epoll: do not
            // unpack
            // native libraries into /tmp.
            NETTY + "handler.ssl.noOpenSsl",
            "true",
            NETTY + "transport.noNative",
            "true",
            "org.apache.ratis.thirdparty.io.grpc.netty.useCustomAllocator",
            "true");

    /** Short for a person who waits, long enough that the engine is not asked to elect before it runs. */
    private static final long FOUNDING_ELECTION_MILLIS = 50;

    private Tuning() {}

    /** Before any class of the engine is loaded. */
    static void prepareProcess() {
        NETTY_PROPERTIES.forEach((name, value) -> {
            if (System.getProperty(name) == null) {
                System.setProperty(name, value);
            }
        });
        // The engine would end the whole JVM when its port is taken.
        ExitUtils.disableSystemExit();
    }

    static RaftProperties properties(RatisLedger.Settings settings, Path storage) {
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(properties, List.of(storage.toFile()));
        log(properties);
        limits(properties);
        timeouts(properties, settings);
        network(properties, settings);
        return properties;
    }

    private static void log(RaftProperties properties) {
        // Skipping damage lost acknowledged entries in a trial; an exception loses none.
        Log.setCorruptionPolicy(properties, Log.CorruptionPolicy.EXCEPTION);
        // The engine would write each commit index as an entry of its own: twice the flushes and the wear of the card,
        // and
        // twice the wait for one entry (3.2 ms became 6 in a trial). It serves to tell a wiped voter's vote from a real
        // one; here a wiped voter never gets as far as voting, see VoterFolder.
        Log.setLogMetadataEnabled(properties, false);
        Log.setSegmentSizeMax(properties, size(4 * MIB));
        // Zeros written ahead: the flush that follows need not touch the file system's journal.
        Log.setPreallocatedSize(properties, size(MIB));
        Log.setWriteBufferSize(properties, size(ENGINE_ENTRY_BYTES_MAX + 64));
        Log.setSegmentCacheNumMax(properties, 2);
        Log.setSegmentCacheSizeMax(properties, size(8 * MIB));
        // We decide when to take a snapshot, and then drop from the log what it covers.
        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, false);
        Log.setPurgeGap(properties, 1);
        Log.Appender.setSnapshotChunkSizeMax(properties, size(MIB));
        // By default a voter is sent nothing for a millisecond after it was sent something, were it only that the last
        // entry is agreed. Entries are batched before they come here.
        Log.Appender.setWaitTimeMin(properties, millis(0));
        // By default a follower begins to write what arrives only when what came before is flushed, and passes it from
        // one pool of threads to the next for that. What the leader may have on its way (8 appends) always fits the
        // queue of the thread that writes, so whoever received it can put it there.
        Log.setAppendEntriesComposeEnabled(properties, false);
    }

    private static void limits(RaftProperties properties) {
        Log.setQueueElementLimit(properties, 512);
        Log.setQueueByteLimit(properties, size(WRITE_BYTES_MAX));
        Log.Appender.setBufferByteLimit(properties, size(ENGINE_ENTRY_BYTES_MAX));
        RaftServerConfigKeys.Write.setElementLimit(properties, 1024);
        RaftServerConfigKeys.Write.setByteLimit(properties, size(WRITE_BYTES_MAX));
        // We never send a call twice, so its answer need not be remembered; at 5,000 a second ten seconds fill the
        // heap.
        RaftServerConfigKeys.RetryCache.setExpiryTime(properties, TimeDuration.ONE_SECOND);
    }

    /** For the voter that founds: there is nobody whose vote or heartbeat it could wait for. */
    static void electAtOnce(RaftProperties properties) {
        Rpc.setFirstElectionTimeoutMin(properties, millis(FOUNDING_ELECTION_MILLIS));
        Rpc.setFirstElectionTimeoutMax(properties, millis(2 * FOUNDING_ELECTION_MILLIS));
    }

    private static void timeouts(RaftProperties properties, RatisLedger.Settings settings) {
        long min = settings.electionTimeoutMin().toMillis();
        long max = settings.electionTimeoutMax().toMillis();
        Rpc.setTimeoutMin(properties, millis(min));
        Rpc.setTimeoutMax(properties, millis(max));
        // The first one after a start may be shorter: nobody leads yet, or the leader is heard at once.
        Rpc.setFirstElectionTimeoutMin(properties, millis(min / 2));
        Rpc.setFirstElectionTimeoutMax(properties, millis(max / 2));
        // A leader that lost its majority (its only follower restarted) need not wait the default 10 s to try again:
        // mostly it alone has all entries, so that nobody else can be elected. It asks first whether it would be.
        LeaderElection.setLeaderStepDownWaitTime(properties, millis(min));
        RaftServerConfigKeys.setCloseThreshold(properties, millis(CLOSE_AFTER_PAUSE_OF.toMillis()));
        RaftServerConfigKeys.setStagingCatchupGap(properties, CATCH_UP_GAP_ENTRIES);
        // A new voter that reads a snapshot of tens of megabytes from a card answers nothing meanwhile: 16 s by
        // default.
        RaftServerConfigKeys.setStagingTimeout(properties, millis(8 * max));
        // Never gives up on a voter that is away, and finds it within about a second when it is back.
        Log.Appender.setRetryPolicy(properties, "1ms,10, 500ms,20, 1s,1000000000");
    }

    private static void network(RaftProperties properties, RatisLedger.Settings settings) {
        GrpcConfigKeys.Server.setHost(properties, settings.bindHost());
        GrpcConfigKeys.Server.setPort(properties, settings.port());
        // The engine wants a megabyte more than its largest append.
        GrpcConfigKeys.setMessageSizeMax(properties, size(ENGINE_ENTRY_BYTES_MAX + 2 * MIB));
        GrpcConfigKeys.setFlowControlWindow(properties, size(256 << 10));
        // Event loops of its own (the engine's groups of threads) would make each close wait for two quiet seconds.
        GrpcConfigKeys.Server.setAsyncRequestThreadPoolCached(properties, false);
        GrpcConfigKeys.Server.setAsyncRequestThreadPoolSize(properties, 1);
    }

    private static SizeInBytes size(long bytes) {
        return SizeInBytes.valueOf(bytes);
    }

    private static TimeDuration millis(long millis) {
        return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
    }
}
