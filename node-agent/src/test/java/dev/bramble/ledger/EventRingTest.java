package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.EventKind;
import dev.bramble.time.Moment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventRingTest {
    private final EventRing ring = new EventRing(() -> Language.OWN);

    private String text() {
        return ring.after(0).getLast().what().text();
    }

    @Test
    void longTextIsCutBetweenCharactersSoThatTheStateCanBeWritten() {
        for (int padding = 0; padding < 4; padding++) {
            String text = "x".repeat(padding) + "🔥".repeat(EventRing.TEXT_CHARS_MAX);
            ring.add(Moment.FOUNDING, Happening.of(EventKind.SETTING_CHANGED, "ada", text));
            assertThat(text().length()).isBetween(EventRing.TEXT_CHARS_MAX - 1, EventRing.TEXT_CHARS_MAX);
            assertThat(text()).endsWith("…");
            assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text())).isTrue();
        }
        EventRing.Image image = ring.image();
        CborCodec codec = new CborCodec();
        assertThat(codec.decode(EventRing.Image.class, codec.encode(image))).isEqualTo(image);
    }

    @Test
    void numbersGoOnWhenOldEventsAreDropped() {
        for (int i = 0; i < EventRing.EVENTS_MAX + 5; i++) {
            ring.add(Moment.FOUNDING, Happening.of(EventKind.SETTING_CHANGED, "ada", "change " + i));
        }
        List<EventRecord> kept = ring.after(0);
        assertThat(kept).hasSize(EventRing.EVENTS_MAX);
        assertThat(kept.getFirst().number()).isEqualTo(6);
        assertThat(ring.last()).isEqualTo(EventRing.EVENTS_MAX + 5);
        assertThat(ring.after(ring.last() - 2)).hasSize(2);
    }
}
