package dev.bramble.dashboard.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Throttle throttle = new Throttle(nanos::get);

    private void fail(String address, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(address, "guess");
        }
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void firstFailuresCostNothing() {
        fail("192.0.2.1", Throttle.FREE_FAILURES);

        assertThat(throttle.waitSeconds("192.0.2.1", "next")).isZero();
    }

    @Test
    void waitDoublesUpToItsLimit() {
        fail("192.0.2.1", Throttle.FREE_FAILURES + 1);
        assertThat(throttle.waitSeconds("192.0.2.1", "next")).isEqualTo(1);
        fail("192.0.2.1", 2);
        assertThat(throttle.waitSeconds("192.0.2.1", "next")).isEqualTo(4);
        fail("192.0.2.1", 100);
        assertThat(throttle.waitSeconds("192.0.2.1", "next")).isEqualTo((int) Throttle.WAIT_MAX.toSeconds());
    }

    @Test
    void waitEndsAndTheAddressIsForgottenInTime() {
        fail("192.0.2.1", Throttle.FREE_FAILURES + 3);
        pass(Duration.ofSeconds(4));
        assertThat(throttle.waitSeconds("192.0.2.1", "next")).isZero();
        pass(Throttle.FORGET_AFTER.plusSeconds(1));
        fail("192.0.2.1", Throttle.FREE_FAILURES);
        assertThat(throttle.waitSeconds("192.0.2.1", "next")).isZero();
    }

    @Test
    void otherAddressesAreFree() {
        fail("192.0.2.1", 100);

        assertThat(throttle.waitSeconds("192.0.2.2", "next")).isZero();
    }

    @Test
    void hostWithManyIpv6AddressesIsOneGuesser() {
        fail("2001:db8:0:1::1", 100);

        assertThat(throttle.waitSeconds("2001:db8:0:1:ffff::2", "next")).isPositive();
        assertThat(throttle.waitSeconds("2001:db8:0:2::1", "next")).isZero();
        assertThat(throttle.waitSeconds("fe80::1%eth0", "next")).isZero();
    }

    @Test
    void credentialThatWasRightPassesUntilItIsWrong() {
        throttle.succeeded("good");
        fail("192.0.2.1", 100);
        assertThat(throttle.waitSeconds("192.0.2.1", "good")).isZero();
        throttle.failed("192.0.2.1", "good");
        assertThat(throttle.waitSeconds("192.0.2.1", "good")).isPositive();
    }

    @Test
    void addressesRememberedAreBoundedAndTheOldestGoesFirst() {
        fail("192.0.2.1", 100);
        for (int i = 0; i < Throttle.ADDRESSES_MAX; i++) {
            fail("10.1." + i / 256 + "." + i % 256, 1);
        }

        assertThat(throttle.waitSeconds("192.0.2.1", "next")).isZero();
    }
}
