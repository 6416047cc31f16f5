package dev.bramble.dashboard.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WrittenPartsTest {
    private record Sheet(String node, boolean mayDrain) {}

    private final List<Object> written = new ArrayList<>();
    private final WrittenParts parts = new WrittenParts(part -> {
        written.add(part.it());
        return part.fragment() + " of " + part.it();
    });

    @Test
    void whatManyLookAtIsWrittenOnce() {
        String first = parts.apply(Part.of("pi01", "nodes", "sheet", new Sheet("pi01", false)));
        String second = parts.apply(Part.of("pi01", "nodes", "sheet", new Sheet("pi01", false)));

        assertThat(second).isEqualTo(first).isEqualTo("sheet of Sheet[node=pi01, mayDrain=false]");
        assertThat(written).hasSize(1);
    }

    @Test
    void whoMayDoMoreGetsAnElementOfTheirOwn() {
        parts.apply(Part.of("pi01", "nodes", "sheet", new Sheet("pi01", true)));

        assertThat(parts.apply(Part.of("pi01", "nodes", "sheet", new Sheet("pi01", false))))
                .contains("mayDrain=false");
        assertThat(parts.apply(Part.of("pi01", "nodes", "row", new Sheet("pi01", true))))
                .startsWith("row of");
        assertThat(written).hasSize(3);
    }

    @Test
    void whatWasNotAskedForLatelyIsForgotten() {
        String large = "x".repeat(WrittenParts.CHARS_MAX / 4);
        for (int i = 0; i < 6; i++) {
            parts.apply(Part.of("a", "t", "f", i + large));
            parts.apply(Part.of("a", "t", "f", "0" + large));
        }
        // The first was asked for again and again, the second was not.
        assertThat(written).hasSize(6);
        parts.apply(Part.of("a", "t", "f", "1" + large));
        assertThat(written).hasSize(7);
    }
}
