package dev.bramble.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.bramble.cli.bench.Figure.Amount;
import dev.bramble.cli.bench.Figure.Beside;
import dev.bramble.cli.bench.Figure.Unit;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FigureTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void percentileIsTheLeastValueThatSoManyDoNotExceed() {
        double[] hundredDown =
                IntStream.rangeClosed(1, 100).mapToDouble(i -> 101 - i).toArray();
        assertThat(Statistics.percentile(hundredDown, 50)).isEqualTo(50);
        assertThat(Statistics.percentile(hundredDown, 99)).isEqualTo(99);
        assertThat(Statistics.percentile(hundredDown, 100)).isEqualTo(100);
        assertThat(hundredDown).as("left as it was").startsWith(100, 99);
        assertThat(Statistics.percentile(new double[] {3, 1, 2}, 50)).isEqualTo(2);
        assertThat(Statistics.percentile(new double[] {7}, 1)).isEqualTo(7);
        assertThatIllegalArgumentException().isThrownBy(() -> Statistics.percentile(new double[0], 50));
    }

    @Test
    void rateIsCountOverTimeAndFiniteForNoTimeAtAll() {
        assertThat(Statistics.perSecond(4000, 2 * SECOND)).isEqualTo(2000);
        assertThat(Statistics.perSecond(1, 0)).isFinite();
    }

    @Test
    void efficiencyIsWorkOverWhatTheSlotsCouldHaveDone() {
        assertThat(Statistics.efficiency(600, 0.02, 3 * SECOND, 4)).isCloseTo(1, within(1e-9));
        assertThat(Statistics.efficiency(600, 0.02, 6 * SECOND, 4)).isCloseTo(0.5, within(1e-9));
        assertThat(Statistics.efficiency(600, 0.02, 3 * SECOND, 8)).isCloseTo(0.5, within(1e-9));
    }

    @Test
    void stepsDoubleAndEndWithAllNodes() {
        assertThat(Statistics.steps(1)).containsExactly(1);
        assertThat(Statistics.steps(2)).containsExactly(1, 2);
        assertThat(Statistics.steps(5)).containsExactly(1, 2, 4, 5);
        assertThat(Statistics.steps(16)).containsExactly(1, 2, 4, 8, 16);
    }

    @Test
    void ratioIsAboveOneWhenBrambleIsBetterWhateverTheUnit() {
        assertThat(figure(800, Unit.PER_SECOND, 1000).ratio()).contains(0.8);
        assertThat(figure(5, Unit.MILLIS, 10).ratio()).contains(2.0);
        assertThat(Figure.of(Measure.COMMANDS, "x", 1, Unit.PER_SECOND, "").ratio())
                .isEmpty();
        assertThat(Figure.none(Measure.FILTER_LINES, "no filters").ratio()).isEmpty();
    }

    private static Figure figure(double ours, Unit unit, double theirs) {
        return Figure.of(Measure.COMMANDS, "x", ours, unit, "")
                .beside(Optional.of(new Beside("other", new Amount(theirs, unit))));
    }

    @Test
    void linesAreNumberedAndTheirHashIsThatOfTheFile() throws Exception {
        try (NumberedLines lines = NumberedLines.write(1001, "x")) {
            byte[] bytes = java.nio.file.Files.readAllBytes(lines.file());
            assertThat(lines.bytes()).isEqualTo(bytes.length);
            assertThat(new String(bytes).lines()).hasSize(1001).startsWith("00000000 x", "00000001 x");
            assertThat(new String(bytes)).endsWith("\n00001000 x\n");
            assertThat(java.util.HexFormat.of()
                            .formatHex(NumberedLines.newHash().digest(bytes)))
                    .isEqualTo(lines.sha256());
        }
    }
}
