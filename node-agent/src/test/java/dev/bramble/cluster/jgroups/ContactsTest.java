package dev.bramble.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Departure;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Address;
import org.jgroups.stack.IpAddress;
import org.junit.jupiter.api.Test;

class ContactsTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final Contacts contacts = new Contacts(nanos::get);
    private final Address a = address(1);
    private final Address b = address(2);

    private static Address address(int port) {
        return new IpAddress(InetAddress.getLoopbackAddress(), port);
    }

    private void pass(long millis) {
        nanos.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    private String leaves(Address address) {
        contacts.retain(List.of());
        return contacts.departure(address).evidence();
    }

    @Test
    void aClosedConnectionCountsFromItsEnd() {
        contacts.retain(List.of(a, b));
        pass(9_000);
        contacts.closed(a);
        pass(620);
        assertThat(leaves(a)).isEqualTo("its connection closed and it did not answer for 0.6 s");
    }

    @Test
    void silenceCountsFromTheLastSign() {
        contacts.retain(List.of(a, b));
        pass(1_000);
        contacts.heard(a);
        pass(4_500);
        assertThat(leaves(a)).isEqualTo("it was silent for 4.5 s");
    }

    @Test
    void aMemberThatWasNeverHeardIsSilentSinceItCame() {
        contacts.retain(List.of(a));
        pass(3_000);
        contacts.retain(List.of(a, b));
        pass(2_500);
        assertThat(leaves(b)).isEqualTo("it was silent for 2.5 s");
    }

    @Test
    void aConnectionThatBrokeLongAgoAndCameBackExplainsNothing() {
        contacts.retain(List.of(a));
        contacts.closed(a);
        pass(3_001);
        contacts.heard(a);
        pass(2_499);
        assertThat(contacts.departure(a)).isEqualTo(Departure.UNKNOWN);
    }

    @Test
    void whatIsClosedBecauseAMemberHasLeftIsNoEvidence() {
        contacts.retain(List.of(a));
        contacts.retain(List.of());
        contacts.closed(a);
        assertThat(contacts.departure(a)).isEqualTo(Departure.UNKNOWN);
    }

    @Test
    void whoIsInNeitherOfTheLastTwoViewsIsForgotten() {
        contacts.retain(List.of(a));
        pass(5_000);
        contacts.retain(List.of());
        contacts.retain(List.of());
        assertThat(contacts.departure(a)).isEqualTo(Departure.UNKNOWN);
        contacts.heard(b);
        assertThat(contacts.departure(b)).isEqualTo(Departure.UNKNOWN);
    }
}
