package dev.bramble.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    private String printed() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private Screen window(int columns) {
        return new Screen(stream, true, false, () -> columns);
    }

    @Test
    void textFromElsewhereCannotMoveTheCursorOrTurnItsDirection() {
        assertThat(CleanText.line("a\u001b[2J\r\nb\tc\u0000\u202e\u2028\ud800é😀👩\u200d👧"))
                .isEqualTo("a\ufffd[2J\ufffd\ufffdb c\ufffd\ufffd\ufffd\ufffdé😀👩\u200d👧");
        assertThat(CleanText.lines("1\r2\r\n3\n\t4\u0007")).isEqualTo("1\n2\n3\n\t4\ufffd");
    }

    @Test
    void wideCharactersTakeTwoColumns() {
        Table table = new Table(List.of(Table.Column.text("NAME"), Table.Column.number("N")));
        table.add("日本", 1);
        table.add("e\u0301", 22);
        table.print(Screen.plain(stream));
        assertThat(printed()).isEqualTo("NAME   N\n日本   1\ne\u0301     22\n");
    }

    @Test
    void lastColumnIsCutToTheWindowAndNeverInAFile() {
        Table table = new Table(List.of(Table.Column.text("A"), Table.Column.text("LAST")));
        table.add("x", "1234567890".repeat(10));
        table.print(window(40));
        assertThat(printed().lines().skip(1).findFirst().orElseThrow())
                .hasSize(40)
                .endsWith("…");
        bytes.reset();
        table.print(Screen.plain(stream));
        assertThat(printed()).contains("1234567890".repeat(10));
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 ms",
        "999,999 ms",
        "1000,1.0 s",
        "59949,59.9 s",
        "59960,0m59s",
        "60000,1m00s",
        "3599999,59m59s",
        "3600000,1h00m",
        "86400000,1d00h",
        "-1500,-1.5 s"
    })
    void durationsHaveFewDigitsAndAUnit(long millis, String text) {
        assertThat(Human.duration(millis)).isEqualTo(text);
    }

    @Test
    void figuresHaveFewDigitsAndAUnit() {
        assertThat(Human.size(0)).isEqualTo("0 B");
        assertThat(Human.size(1023)).isEqualTo("1023 B");
        assertThat(Human.size(1536)).isEqualTo("1.50 KiB");
        assertThat(Human.size(512L << 20)).isEqualTo("512 MiB");
        assertThat(Human.rate(0)).isEqualTo("-");
        assertThat(Human.rate(0.5)).isEqualTo("30.0/min");
        assertThat(Human.rate(1234)).isEqualTo("1234/s");
        assertThat(Human.count(1, "task")).isEqualTo("1 task");
        assertThat(Human.count(12000, "task")).isEqualTo("12,000 tasks");
    }

    @Test
    void progressDropsWhatDoesNotFit() {
        ProgressLine line = new ProgressLine(window(30));
        line.show(0.5, List.of("50% 6/12 done", "4 running", "2.5/s"), "", 0);
        assertThat(printed()).isEqualTo("\r\u001b[K[######-------] 50% 6/12 done");
        bytes.reset();
        new ProgressLine(window(90)).show(1, List.of("100% 12/12 done", "0 running"), "", 0);
        assertThat(printed()).isEqualTo("\r\u001b[K[" + "#".repeat(30) + "] 100% 12/12 done · 0 running");
        bytes.reset();
        new ProgressLine(window(12)).show(0.5, List.of("a sentence that is long"), "", 0);
        assertThat(printed()).isEqualTo("\r\u001b[Ka sentence…");
    }

    @Test
    void lineIsNotRedrawnMoreOftenThanTenTimesASecond() {
        ProgressLine line = new ProgressLine(window(60));
        for (int millis = 0; millis < 1000; millis++) {
            line.show(-1, List.of("working"), "", millis * 1_000_000L);
        }
        assertThat(printed().split("working", -1)).hasSize(1 + 10);
    }

    @Test
    void progressThatWasClearedLeavesNothing() {
        ProgressLine line = new ProgressLine(window(60));
        line.clear();
        assertThat(printed()).isEmpty();
        line.show(-1, List.of("working"), "", 0);
        line.clear();
        assertThat(printed()).isEqualTo("\r\u001b[Kworking\r\u001b[K");
    }

    @Test
    void withoutATerminalLinesGrowRarer() {
        ProgressLine line = new ProgressLine(Screen.plain(stream));
        for (long second = 0; second < 3600; second++) {
            line.show(0, List.of("at " + second), Long.toString(second), second * 1_000_000_000L);
        }
        assertThat(printed().lines().toList())
                .hasSize(30 + 54 + 50)
                .startsWith("at 1", "at 3", "at 5")
                .contains("at 59", "at 69");
    }

    @Test
    void noColourWhereItIsNotWantedOrUnderstood() {
        for (Map<String, String> environment :
                List.of(Map.of("TERM", "dumb"), Map.<String, String>of(), Map.of("TERM", "xterm", "NO_COLOR", "1"))) {
            Terminal terminal = Terminal.ofProcess(environment);
            assertThat(terminal.out().hasColour()).isFalse();
            assertThat(terminal.out().styled(Style.BAD, "x")).isEqualTo("x");
        }
    }
}
