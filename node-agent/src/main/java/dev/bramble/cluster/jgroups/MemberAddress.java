package dev.bramble.cluster.jgroups;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.UUID;

/**
 * JGroups addresses that say where their member listens, and that are in an order which everybody knows. JGroups' own
 * are random.
 *
 * <ul>
 *   <li>Where: after a merge a member must write to others it never met. JGroups would first ask around for each.
 *   <li>Order: when all boards start at once, each makes itself coordinator if it has the lowest address of those it
 *       has heard of, and it has heard of the configured hosts first. So these get the lowest addresses, and mostly one
 *       cluster starts instead of several that have to merge.
 * </ul>
 *
 * <pre>
 *  bit 63  62              61         60..48  47..16         15..0    63..0
 *      0   not configured  is IPv6         0  IPv4 address   port     random
 * </pre>
 */
final class MemberAddress {
    private static final long NOT_CONFIGURED = 1L << 62;
    private static final long IS_IPV6 = 1L << 61;

    private MemberAddress() {}

    /**
     * A new address, for one start of a process.
     *
     * @param isConfigured whether this is one of the hosts that newcomers are told to ask
     */
    static Address create(InetSocketAddress listen, boolean isConfigured) {
        long high = isConfigured ? 0 : NOT_CONFIGURED;
        if (listen.getAddress() instanceof Inet4Address ipv4) {
            high |= (ByteBuffer.wrap(ipv4.getAddress()).getInt() & 0xffff_ffffL) << 16 | listen.getPort();
        } else {
            high |= IS_IPV6 | ThreadLocalRandom.current().nextLong() >>> 16;
        }
        return new UUID(high, ThreadLocalRandom.current().nextLong());
    }

    /** Where the member with this address listens, if the address says so. */
    static Optional<PhysicalAddress> listensOn(Address address) {
        if (!(address instanceof UUID uuid)) {
            return Optional.empty();
        }
        long high = java.util.UUID.fromString(uuid.toStringLong()).getMostSignificantBits();
        if ((high & IS_IPV6) != 0 || high < 0 || (high & 0x1fff_0000_0000_0000L) != 0) {
            return Optional.empty();
        }
        try {
            byte[] host = ByteBuffer.allocate(Integer.BYTES)
                    .putInt((int) (high >>> 16))
                    .array();
            return Optional.of(new IpAddress(InetAddress.getByAddress(host), (int) (high & 0xffff)));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an IPv4 address", impossible);
        }
    }
}
