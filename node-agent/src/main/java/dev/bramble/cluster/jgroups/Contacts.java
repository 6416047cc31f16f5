package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Departure;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jgroups.Address;

/**
 * When each member was last heard of, and when its connection broke: what speaks for its loss. By the address where it
 * listens, since connections know no other. Called by network threads.
 */
final class Contacts {
    /** A suspect has a second to answer, and the others are told within another; it may look for it twice. */
    private static final Duration CLOSED_COUNTS = Duration.ofSeconds(3);

    /** Heartbeats come every second; one that is late is no silence. */
    private static final Duration SILENT_FROM = Duration.ofMillis(2500);

    private final LongSupplier nanos;
    private final Map<Address, Contact> contacts = new ConcurrentHashMap<>();
    private Set<Address> present = Set.of();

    private static final class Contact {
        volatile long heardNanos;
        volatile boolean isClosed;
        volatile long closedNanos;

        Contact(long now) {
            heardNanos = now;
        }
    }

    Contacts(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** There is a new view. Of those who were in the one before it, too, it stays known how they left. */
    synchronized void retain(Collection<Address> members) {
        contacts.keySet().removeIf(address -> !members.contains(address) && !present.contains(address));
        long now = nanos.getAsLong();
        members.stream()
                .filter(address -> !present.contains(address))
                .forEach(address -> contacts.put(address, new Contact(now)));
        present = Set.copyOf(members);
    }

    void heard(Address from) {
        Contact contact = contacts.get(from);
        if (contact != null) {
            contact.heardNanos = nanos.getAsLong();
        }
    }

    /** A connection ended without a farewell. Those who are not members are no loss. */
    synchronized void closed(Address peer) {
        Contact contact = contacts.get(peer);
        if (contact != null && present.contains(peer)) {
            contact.closedNanos = nanos.getAsLong();
            contact.isClosed = true;
        }
    }

    /** How a member left that has just done so. */
    Departure departure(Address member) {
        Contact contact = contacts.get(member);
        if (contact == null) {
            return Departure.UNKNOWN;
        }
        long now = nanos.getAsLong();
        Duration closed = Duration.ofNanos(now - contact.closedNanos);
        if (contact.isClosed && closed.compareTo(CLOSED_COUNTS) <= 0) {
            return Departure.closed(closed);
        }
        Duration silent = Duration.ofNanos(now - contact.heardNanos);
        return silent.compareTo(SILENT_FROM) >= 0 ? Departure.silent(silent) : Departure.UNKNOWN;
    }
}
