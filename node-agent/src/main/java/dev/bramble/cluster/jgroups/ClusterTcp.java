package dev.bramble.cluster.jgroups;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.PhysicalAddress;
import org.jgroups.View;
import org.jgroups.protocols.TCP;

/**
 * JGroups' TCP with two changes, both for the start of many boards at once.
 *
 * <ul>
 *   <li>Connections to those who are not members yet stay open until they are idle. JGroups ends them with every view,
 *       and views then come fast: each board shook hands several times with everyone, and the answers to discovery were
 *       lost with the connections that carried them.
 *   <li>Where a member listens is read from its {@link MemberAddress}. JGroups drops what is sent to a member that it
 *       has not heard from, and asks around.
 * </ul>
 */
public final class ClusterTcp extends TCP {
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
        left.forEach(address -> srv.closeConnection(address, false));
    }
}
