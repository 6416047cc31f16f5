package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Departure;
import java.io.DataInput;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.protocols.TCP;

/**
 * JGroups' TCP with two changes for the start of many boards at once, and one for what people are told of a loss.
 *
 * <ul>
 *   <li>Connections to those who are not members yet stay open until they are idle. JGroups ends them with every view,
 *       and views then come fast: each board shook hands several times with everyone, and the answers to discovery were
 *       lost with the connections that carried them.
 *   <li>Where a member listens is read from its {@link MemberAddress}. JGroups drops what is sent to a member that it
 *       has not heard from, and asks around.
 *   <li>It remembers when each member was last heard of and when its connection broke ({@link Contacts}). JGroups
 *       suspects on both, and does not say on which.
 * </ul>
 */
public final class ClusterTcp extends TCP {
    private final Contacts contacts = new Contacts(System::nanoTime);
    private Set<Address> members = Set.of();

    @Override
    public void init() throws Exception {
        int configured = buffered_output_stream_size;
        super.init();
        // The bundler has just raised it to its own default size; the size configured for the bundler comes later.
        buffered_output_stream_size = configured;
    }

    @Override
    public Object down(Event event) {
        if (event.getType() == Event.VIEW_CHANGE || event.getType() == Event.TMP_VIEW) {
            View view = event.arg();
            view.getMembers().forEach(this::getPhysicalAddressFromCache);
        }
        return super.down(event);
    }

    @Override
    public PhysicalAddress getPhysicalAddressFromCache(Address member) {
        PhysicalAddress known = super.getPhysicalAddressFromCache(member);
        if (known == null) {
            known = MemberAddress.listensOn(member).orElse(null);
            addPhysicalAddressToCache(member, known);
        }
        return known;
    }

    /** Ends the connections to those who were members and are no more: they may come back as a new process. */
    @Override
    public synchronized void retainAll(Collection<Address> current) {
        Set<Address> left = new HashSet<>(members);
        left.removeAll(current);
        members = Set.copyOf(current);
        contacts.retain(members);
        left.forEach(address -> srv.closeConnection(address, false));
    }

    /** How a member left that was in the last view and is in the present one no more. */
    Departure departure(Address member) {
        return MemberAddress.listensOn(member).map(contacts::departure).orElse(Departure.UNKNOWN);
    }

    @Override
    public void connectionClosed(Connection connection) {
        if (!connection.isClosedGracefully() && connection.peerAddress() != null) {
            contacts.closed(connection.peerAddress());
        }
        super.connectionClosed(connection);
    }

    @Override
    public void receive(Address sender, byte[] data, int offset, int length) {
        contacts.heard(sender);
        super.receive(sender, data, offset, length);
    }

    @Override
    public void receive(Address sender, DataInput in, int ignoredLength) throws Exception {
        contacts.heard(sender);
        super.receive(sender, in, ignoredLength);
    }
}
