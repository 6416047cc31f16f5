package dev.bramble.board;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.Reading;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class RarelyTest {
    private final Queue<Runnable> begun = new ArrayDeque<>();
    private Reading next = Reading.known(7);
    private long nanos;
    private final Rarely rarely =
            new Rarely(() -> next, Duration.ofSeconds(100), Duration.ofSeconds(30), begun::add, () -> nanos);

    private Reading after(int seconds) {
        nanos += Duration.ofSeconds(seconds).toNanos();
        return rarely.get();
    }

    @Test
    void figureIsToldWithItsAgeAndReadAnewWhenItIsTime() {
        assertThat(after(0).isKnown()).isFalse();
        begun.remove().run();
        assertThat(after(0)).isEqualTo(Reading.known(7));
        assertThat(after(40)).isEqualTo(Reading.known(7, 40_000));
        assertThat(begun).isEmpty();

        next = Reading.known(8);
        assertThat(after(60)).isEqualTo(Reading.known(7, 100_000));
        begun.remove().run();
        assertThat(after(0)).isEqualTo(Reading.known(8));
    }

    @Test
    void readingThatHangsIsUnknownAndIsNotBegunTwice() {
        after(0);
        begun.remove().run();
        after(100);
        assertThat(after(29).isKnown()).isTrue();
        assertThat(after(1).unknownBecause()).isEqualTo("it does not answer");
        assertThat(after(1_000).isKnown()).isFalse();
        assertThat(begun).hasSize(1);

        begun.remove().run();
        assertThat(after(0).isKnown()).isTrue();
    }

    @Test
    void whatFailedIsTriedAgainSoon() {
        next = Reading.unknown("no answer");
        after(0);
        begun.remove().run();
        assertThat(after(9).unknownBecause()).isEqualTo("no answer");
        assertThat(begun).isEmpty();
        after(1);
        assertThat(begun).hasSize(1);
    }
}
