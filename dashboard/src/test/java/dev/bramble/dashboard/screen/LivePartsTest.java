package dev.bramble.dashboard.screen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivePartsTest {
    private final List<String> written = new ArrayList<>();
    private final LiveParts parts = new LiveParts(part -> {
        written.add(part.id());
        return "<p id=" + part.id() + ">" + part.it() + "</p>";
    });

    private static Part list(String... rows) {
        List<Part> all = new ArrayList<>();
        for (String row : rows) {
            all.add(Part.of(row.substring(0, 1), "t", "row", row));
        }
        return Part.list("list", "t", "list", List.of(rows), all);
    }

    @Test
    void onlyWhatChangedIsWrittenAndEachLookerGetsWhatIsNewToIt() {
        parts.show(List.of(Part.of("one", "t", "f", "1"), Part.of("two", "t", "f", "2")));
        long seen = parts.version();
        parts.show(List.of(Part.of("one", "t", "f", "1"), Part.of("two", "t", "f", "3")));

        assertThat(written).containsExactly("one", "two", "two");
        assertThat(parts.after(seen)).containsExactly("<p id=two>3</p>");
        assertThat(parts.after(0)).containsExactlyInAnyOrder("<p id=one>1</p>", "<p id=two>3</p>");
        assertThat(parts.after(parts.version())).isEmpty();
    }

    @Test
    void nothingIsNewWhenNothingChanged() {
        parts.show(List.of(Part.of("one", "t", "f", "1")));
        long seen = parts.version();
        parts.show(List.of(Part.of("one", "t", "f", "1")));

        assertThat(parts.version()).isEqualTo(seen);
    }

    @Test
    void rowIsSentAloneUnlessSomeCameOrWent() {
        parts.show(List.of(list("a1", "b1")));
        assertThat(written).containsExactly("list");
        long seen = parts.version();
        parts.show(List.of(list("a1", "b2")));
        assertThat(parts.after(seen)).containsExactly("<p id=b>b2</p>");
        assertThat(parts.after(0))
                .as("a newcomer gets the list, and then the row that is younger")
                .containsExactly("<p id=list>[a1, b1]</p>", "<p id=b>b2</p>");

        seen = parts.version();
        parts.show(List.of(list("b2")));
        assertThat(parts.after(seen)).containsExactly("<p id=list>[b2]</p>");
        assertThat(parts.after(0)).containsExactly("<p id=list>[b2]</p>");
    }

    @Test
    void whatIsGoneIsForgottenAndIsNewWhenItComesBack() {
        parts.show(List.of(Part.of("one", "t", "f", "1"), Part.of("two", "t", "f", "2")));
        parts.show(List.of(Part.of("one", "t", "f", "1")));
        long seen = parts.version();
        parts.show(List.of(Part.of("one", "t", "f", "1"), Part.of("two", "t", "f", "2")));

        assertThat(parts.after(seen)).containsExactly("<p id=two>2</p>");
    }
}
