package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LoginThrottleTest {
    private static final String HOME = "192.0.2.7";
    private static final String ELSEWHERE = "203.0.113.9";

    private final LoginThrottle throttle = new LoginThrottle();
    private long nowNanos;

    private void fail(int times, String user, String address) {
        for (int i = 0; i < times; i++) {
            throttle.tried(user, address, nowNanos);
        }
    }

    private int wait(String user, String address) {
        return throttle.waitSeconds(user, address, nowNanos);
    }

    @Test
    void someMistakesAreFreeAndThenTheWaitDoubles() {
        fail(LoginThrottle.FREE_BY_USER, "ada", HOME);
        assertThat(wait("ada", HOME)).isZero();
        fail(1, "ada", HOME);
        assertThat(wait("ada", HOME)).isEqualTo(1);
        fail(1, "ada", HOME);
        assertThat(wait("ada", HOME)).isEqualTo(2);
        fail(1, "ada", HOME);
        assertThat(wait("ada", HOME)).isEqualTo(4);
        fail(100, "ada", HOME);
        assertThat(wait("ada", HOME)).isEqualTo((int) LoginThrottle.WAIT_MAX.toSeconds());
    }

    @Test
    void guessesAtOneNameFromManyAddressesWaitForEachOther() {
        for (int i = 0; i < 50; i++) {
            throttle.tried("ada", "203.0.113." + i, nowNanos);
        }
        assertThat(wait("ada", ELSEWHERE)).isEqualTo((int) LoginThrottle.WAIT_MAX.toSeconds());
        assertThat(wait("bob", ELSEWHERE)).isZero();
    }

    @Test
    void guessesAtManyNamesFromOneAddressWaitForEachOther() {
        for (int i = 0; i < 50; i++) {
            throttle.tried("user" + i, "2001:db8::" + i, nowNanos);
        }
        assertThat(wait("ada", "2001:db8::ffff"))
                .as("one network is one client")
                .isEqualTo((int) LoginThrottle.WAIT_MAX.toSeconds());
        assertThat(wait("ada", "2001:db8:1::1")).isZero();
    }

    @Test
    void whoWasLetInLatelyIsNotKeptOutByGuessesFromElsewhere() {
        throttle.tried("ada", HOME, nowNanos);
        throttle.succeeded("ada", HOME, nowNanos);
        fail(100, "ada", ELSEWHERE);
        assertThat(wait("ada", HOME)).isZero();
        assertThat(wait("ada", ELSEWHERE)).isPositive();
    }

    @Test
    void waitsPassAndFailuresAreForgotten() {
        fail(8, "ada", HOME);
        nowNanos += Duration.ofSeconds(4).toNanos();
        assertThat(wait("ada", HOME)).isZero();
        nowNanos += LoginThrottle.FORGET_AFTER.toNanos() + 1;
        fail(1, "ada", HOME);
        assertThat(wait("ada", HOME)).isZero();
    }

    @Test
    void aSuccessForgivesTheNameAndTakesItsOwnTryBack() {
        fail(LoginThrottle.FREE_BY_USER + 1, "ada", HOME);
        throttle.succeeded("ada", HOME, nowNanos);
        assertThat(wait("ada", ELSEWHERE)).isZero();
    }

    @Test
    void manyAddressesAndNamesTakeNoMoreMemoryThanTheLimit() {
        for (int i = 0; i < 3 * LoginThrottle.REMEMBERED_MAX; i++) {
            throttle.tried("user" + i, "10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256, nowNanos);
        }
        fail(20, "early", HOME);
        for (int i = 0; i < LoginThrottle.REMEMBERED_MAX; i++) {
            throttle.tried("later" + i, "11.0." + i / 256 + "." + i % 256, nowNanos);
        }
        assertThat(wait("early", HOME)).as("the oldest are forgotten").isZero();
    }
}
