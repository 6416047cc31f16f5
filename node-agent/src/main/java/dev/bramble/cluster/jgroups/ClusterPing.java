package dev.bramble.cluster.jgroups;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.Message;
import org.jgroups.PhysicalAddress;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.protocols.TCPPING;
import org.jgroups.util.NameCache;
import org.jgroups.util.Responses;

/**
 * JGroups' TCPPING with three changes, both for the start of many boards at once.
 *
 * <ul>
 *   <li>A member that is asked by a newcomer also says who the coordinator is. JGroups' members speak only for
 *       themselves, so a newcomer who knows three hosts, none of them the coordinator, never finds it.
 *   <li>The search is over when every host has answered. JGroups waits for its timeout if none of them is coordinator.
 *   <li>It is not over while a handshake with anybody is under way. Sixteen of them on a board that has just booted
 *       take seconds, and each board would start a cluster of its own.
 * </ul>
 */
public final class ClusterPing extends TCPPING {
    /** By then the first requests are on their way, or their hosts are not there. */
    private static final Duration CONNECTING = Duration.ofMillis(300);

    /** Longer than {@link TlsSockets#HANDSHAKE_MAX}, and an end for a network where everybody shakes hands for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final Set<PhysicalAddress> answered = ConcurrentHashMap.newKeySet();

    public ClusterPing() {
        setId(ClassConfigurator.getProtocolId(TCPPING.class)); // protocols of others are known by number
    }

    @Override
    protected Object handle(PingHeader header, Message message) {
        Object result = super.handle(header, message);
        Address coordinator = current_coord;
        if (header.type() == PingHeader.GET_MBRS_REQ
                && header.initialDiscovery()
                && is_server
                && !is_coord
                && coordinator != null) {
            var listensOn = (PhysicalAddress) down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, coordinator));
            if (listensOn != null) {
                String name = NameCache.get(coordinator);
                PingData data = new PingData(coordinator, true, name, listensOn).coord(true);
                sendDiscoveryResponse(List.of(data), message.getSrc());
            }
        }
        return result;
    }

    @Override
    public Responses findMembers(List<Address> members, boolean initialDiscovery, boolean async, long timeout) {
        if (!initialDiscovery) {
            return super.findMembers(members, false, async, timeout);
        }
        answered.clear();
        Responses responses = super.findMembers(members, true, async, timeout);
        TlsSockets sockets = (TlsSockets) transport.getSocketFactory();
        long start = System.nanoTime();
        long waited = 0;
        while (responses.isEmpty()
                && !responses.isDone()
                && (waited < CONNECTING.toNanos() || sockets.isShakingHands())
                && waited < PATIENCE.toNanos()) {
            responses.waitFor(LOOK_EVERY.toMillis());
            waited = System.nanoTime() - start;
        }
        return responses;
    }

    @Override
    protected void addResponse(PingData response, boolean overwrite) {
        super.addResponse(response, overwrite);
        if (is_server || response.getPhysicalAddr() == null) {
            return;
        }
        answered.add(response.getPhysicalAddr());
        PhysicalAddress own = transport.localPhysicalAddress();
        if (initial_hosts.stream().allMatch(host -> host.equals(own) || answered.contains(host))) {
            synchronized (ping_responses) {
                ping_responses.values().forEach(Responses::done);
            }
        }
    }
}
