package dev.bramble.door;

import java.time.Duration;

/**
 * What a door and its callers put up with.
 *
 * @param connectionsMax open at once; each costs 21 kB of heap while idle (60 of them seen), some 150 kB while a blob
 *     moves
 * @param connectionsPerAddressMax of those, from one address
 * @param strangersMax of those, without a certificate
 * @param transfersMax blobs that come or go through this door at once
 * @param connect how long a caller waits for TCP
 * @param handshake for TLS
 * @param request for a request's head, and for a form after it; also for a form to be taken by the peer
 * @param idle how long a connection is kept for the next request
 * @param stall how long a peer may take over {@link Patience#PROGRESS_BYTES} of a blob
 * @param transferWait how long a transfer waits for one of {@code transfersMax}
 * @param answer how long a caller waits for an answer, and a door for the enrolment desk
 * @param blobBytesMax largest blob
 * @param strangerRequestsPerSecond from one address, in the long run
 * @param strangerBurst from one address, at once
 */
public record DoorLimits(
        int connectionsMax,
        int connectionsPerAddressMax,
        int strangersMax,
        int transfersMax,
        Duration connect,
        Duration handshake,
        Duration request,
        Duration idle,
        Duration stall,
        Duration transferWait,
        Duration answer,
        long blobBytesMax,
        int strangerRequestsPerSecond,
        int strangerBurst) {

    /** Two for each of 100 nodes, and some for strangers: 6 MB of heap when all are open. */
    public static final int CONNECTIONS_MAX = 256;
    /** A machine that runs a whole bramble of 16, times four. */
    public static final int CONNECTIONS_PER_ADDRESS_MAX = 64;
    /** A quarter: strangers cannot shut members out. */
    public static final int STRANGERS_MAX = 64;
    /** A gigabit link is full with two; more only share a slow card. */
    public static final int TRANSFERS_MAX = 8;
    /** A board on the same switch answers in a millisecond, one that swaps in a second or two. */
    public static final Duration CONNECT = Duration.ofSeconds(5);
    /** A busy Pi may take a second; a stranger who does nothing is gone after it. */
    public static final Duration HANDSHAKE = Duration.ofSeconds(10);
    /** A head has at most some kilobytes, a form 16. */
    public static final Duration REQUEST = Duration.ofSeconds(10);
    /** Results come in bursts; a new handshake costs milliseconds, so there is no need to hold on for long. */
    public static final Duration IDLE = Duration.ofSeconds(30);
    /** A slow card was seen to stop for several seconds while it cleans up. */
    public static final Duration STALL = Duration.ofSeconds(30);
    /** Less than a caller waits for an answer. */
    public static final Duration TRANSFER_WAIT = Duration.ofSeconds(20);
    /** After an upload the last 32 MiB are flushed: seconds on a slow card. A new leader needs less. */
    public static final Duration ANSWER = Duration.ofSeconds(40);
    /** A quarter of a common 64 GB card. */
    public static final long BLOB_BYTES_MAX = 16L << 30;
    /** 16 boards on one machine that ask every two seconds whether they are admitted, and as much again. */
    public static final int STRANGER_REQUESTS_PER_SECOND = 16;
    /** The same boards beginning all at once, four requests each. */
    public static final int STRANGER_BURST = 64;

    /** What a node uses. */
    public static final DoorLimits DEFAULT = new DoorLimits(
            CONNECTIONS_MAX,
            CONNECTIONS_PER_ADDRESS_MAX,
            STRANGERS_MAX,
            TRANSFERS_MAX,
            CONNECT,
            HANDSHAKE,
            REQUEST,
            IDLE,
            STALL,
            TRANSFER_WAIT,
            ANSWER,
            BLOB_BYTES_MAX,
            STRANGER_REQUESTS_PER_SECOND,
            STRANGER_BURST);
}
