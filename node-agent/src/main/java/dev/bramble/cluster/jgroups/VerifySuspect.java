package dev.bramble.cluster.jgroups;

import java.util.ArrayList;
import java.util.Collection;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.conf.ClassConfigurator;
import org.jgroups.protocols.VERIFY_SUSPECT;

/**
 * JGroups' VERIFY_SUSPECT, which is told of broken connections, too. It counts from when the machine started. Its
 * successor VERIFY_SUSPECT2 goes by the calendar: after a jump back of an hour, a suspect stayed a member for an hour,
 * and no view came while it did. But that one takes suspects from the transport, in a collection that cannot be
 * changed; the first of the two fails on these.
 */
public final class VerifySuspect extends VERIFY_SUSPECT {
    public VerifySuspect() {
        setId(ClassConfigurator.getProtocolId(VERIFY_SUSPECT.class)); // protocols of others are known by number
    }

    @Override
    public Object up(Event event) {
        if (event.getType() != Event.SUSPECT) {
            return super.up(event);
        }
        Collection<Address> suspects = event.arg();
        return super.up(new Event(Event.SUSPECT, new ArrayList<>(suspects)));
    }
}
