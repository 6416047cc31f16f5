package dev.bramble.dashboard.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.plan.Catalogue;
import dev.bramble.dashboard.history.Scaling;
import dev.bramble.model.Problem;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlanModelTest {
    private static final Scaling NOTHING = new Scaling(Optional.empty(), List.of(), Optional.empty(), "nothing yet");
    private static final Scaling JOB = new Scaling(
            Optional.of(7L),
            List.of(new Scaling.Point(1, 20, 11, 11), new Scaling.Point(4, 30, 40, 44)),
            Optional.of(40.0 / 44),
            "");

    private static PlanModel of(PlanModel.Typed typed, Optional<MeasuredWork> work) {
        return PlanModel.of(typed, work, 4, Catalogue.shipped());
    }

    private static PlanModel.Typed typed(String nodes, Optional<String> rate, String rateNodes) {
        return new PlanModel.Typed(nodes, "", "", "", rate, rateNodes, "");
    }

    @Test
    void theRateIsThatOfTheJobThatHadMostBoardsForItself() {
        MeasuredWork work = MeasuredWork.of(JOB, List.of(500.0), 9).orElseThrow();
        assertThat(work.tasksPerSecond()).isEqualTo(40);
        assertThat(work.nodes()).isEqualTo(4);
        assertThat(work.words()).isEqualTo("job 7 did 40 tasks a second on 4 boards over 30 seconds");
    }

    @Test
    void elseItIsTheBestOfTheLastQuarterOfAnHour() {
        MeasuredWork work =
                MeasuredWork.of(NOTHING, List.of(3.0, Double.NaN, 8.0, 0.0), 3).orElseThrow();
        assertThat(work.tasksPerSecond()).isEqualTo(8);
        assertThat(work.nodes()).isEqualTo(3);
        assertThat(MeasuredWork.of(NOTHING, List.of(0.0, Double.NaN), 3)).isEmpty();
        assertThat(MeasuredWork.of(NOTHING, List.of(), 3)).isEmpty();
    }

    @Test
    void whatWasMeasuredIsPlannedWithUntilSomebodyTypesARate() {
        Optional<MeasuredWork> work = MeasuredWork.of(JOB, List.of(), 4);
        PlanModel measured = of(typed("16", Optional.empty(), ""), work);
        assertThat(measured.form().rate()).isEqualTo("40.000");
        assertThat(measured.form().rateNodes()).isEqualTo("4");
        assertThat(measured.measured()).startsWith("Measured here: job 7");
        assertThat(measured.result().orElseThrow().work().getFirst())
                .contains("16 boards should do 160 of your tasks a second");

        PlanModel own = of(typed("16", Optional.of("80"), "2"), work);
        assertThat(own.result().orElseThrow().work().getFirst()).contains("should do 640 of your tasks");
        assertThat(own.measured()).startsWith("Typed; measured here: ");

        PlanModel none = of(typed("16", Optional.of(""), "4"), work);
        assertThat(none.mistakes()).isEmpty();
        assertThat(none.result().orElseThrow().work()).isEmpty();
    }

    @Test
    void withoutWorkThePageSaysHowToHaveIt() {
        PlanModel none = of(typed("", Optional.empty(), ""), Optional.empty());
        assertThat(none.form().nodes()).as("as many as there are").isEqualTo("4");
        assertThat(none.measured()).contains("has not seen your work yet");
        assertThat(none.result().orElseThrow().work()).isEmpty();
        assertThat(none.result().orElseThrow().rows()).hasSizeGreaterThan(15);
    }

    @Test
    void mistakesAreSaidTogetherAndNothingTypedIsLost() {
        PlanModel wrong = of(typed("many", Optional.of("fast"), "0"), Optional.empty());
        assertThat(wrong.mistakes()).extracting(Problem::place).containsExactly("nodes", "rate", "rate-nodes");
        assertThat(wrong.result()).isEmpty();
        assertThat(wrong.form().nodes()).isEqualTo("many");
        assertThat(wrong.form().rate()).isEqualTo("fast");
    }
}
