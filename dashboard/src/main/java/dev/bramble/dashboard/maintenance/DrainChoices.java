package dev.bramble.dashboard.maintenance;

import dev.bramble.control.DrainWish;
import dev.bramble.control.jobfile.Units;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.Problem;
import java.util.List;
import java.util.Optional;

/**
 * What was chosen in a form about taking boards out, as it was typed: right or wrong. Pure.
 *
 * @param deadline one of {@link #DEADLINES}, or {@link #OTHER}
 * @param otherDeadline what counts then
 */
public record DrainChoices(
        String reason, String mode, String deadline, String otherDeadline, String grace, String then, String maxOut) {
    /** A minute or so beside the rack, the standard, a long task's end, and as long as it takes. */
    static final List<String> DEADLINES =
            List.of("5m", Units.written(DrainSpec.DEADLINE_STANDARD), "1h", Units.written(DrainSpec.DEADLINE_MAX));

    static final String OTHER = "other";

    /** As people who do not care want it. */
    private static final DrainChoices STANDARD = new DrainChoices(
            "",
            Words.of(DrainMode.FINISH),
            Units.written(DrainSpec.DEADLINE_STANDARD),
            "",
            Units.written(DrainSpec.GRACE_STANDARD),
            Words.of(AfterDrain.STAY),
            String.valueOf(DrainWish.MAX_OUT_STANDARD));

    /** As people who do not care want it. */
    public static DrainChoices standard() {
        return STANDARD;
    }

    /** What a form said; what it left out is as the standard has it. */
    public static DrainChoices of(FormRequest request) {
        return new DrainChoices(
                request.field("reason"),
                request.given("mode").orElse(STANDARD.mode),
                request.given("deadline").orElse(STANDARD.deadline),
                request.field("otherDeadline"),
                request.given("grace").orElse(STANDARD.grace),
                request.given("then").orElse(STANDARD.then),
                request.given("maxOut").orElse(STANDARD.maxOut));
    }

    /** Reads it; what is wrong is added to {@code problems}, at the names of the fields. */
    public DrainSpec read(List<Problem> problems) {
        return new DrainWish(
                        Optional.of(mode),
                        Optional.of(deadline.equals(OTHER) ? otherDeadline : deadline),
                        Optional.of(grace),
                        Optional.of(then),
                        Optional.of(maxOut))
                .read(field -> field, problems);
    }

    /** What is wrong with the reason is added to {@code problems}. */
    public void checkReason(List<Problem> problems) {
        DrainWish.mistakeInReason(reason).ifPresent(mistake -> problems.add(new Problem("reason", mistake)));
    }

    /** All that was chosen but the reason: two that are the same have the same effects. */
    static String written(DrainSpec spec) {
        return String.join(
                "/",
                Words.of(spec.mode()),
                Units.written(spec.deadline()),
                Units.written(spec.grace()),
                Words.of(spec.then()),
                String.valueOf(spec.maxOut()));
    }

    /**
     * One of several that exclude each other.
     *
     * @param meaning what it does; may be empty
     */
    public record Option(String value, String label, String meaning, boolean isChosen) {}

    /** @param later where or when what is stopped runs: {@code elsewhere}, or after a start */
    public List<Option> modes(String later) {
        return List.of(
                option(
                        DrainMode.FINISH,
                        "Let it finish",
                        "running tasks may end until the deadline; what runs then starts " + later),
                option(
                        DrainMode.CHECKPOINT,
                        "Checkpoint and move",
                        "tasks that keep checkpoints stop at once and go on " + later + "; the others may finish"),
                option(
                        DrainMode.MOVE,
                        later.equals("elsewhere") ? "Move now" : "Stop now",
                        "all stop at once; what left no checkpoint starts anew " + later));
    }

    private Option option(DrainMode of, String label, String meaning) {
        return new Option(Words.of(of), label, meaning, Words.of(of).equals(mode));
    }

    public List<Option> deadlines() {
        return List.of(
                deadline(DEADLINES.get(0), "5 min"),
                deadline(DEADLINES.get(1), "15 min"),
                deadline(DEADLINES.get(2), "1 h"),
                deadline(DEADLINES.get(3), "none (7 days)"),
                deadline(OTHER, "other"));
    }

    private Option deadline(String value, String label) {
        return new Option(value, label, "", value.equals(deadline));
    }

    public List<Option> thens() {
        return List.of(
                option(AfterDrain.STAY, "Stay out", "until somebody returns it to service"),
                option(AfterDrain.RESUME, "Return", "takes work again at once"),
                option(AfterDrain.REBOOT, "Reboot", "takes work again when it is back and well"),
                option(AfterDrain.POWEROFF, "Power off", "stays out until somebody returns it to service"));
    }

    private Option option(AfterDrain of, String label, String meaning) {
        return new Option(Words.of(of), label, meaning, Words.of(of).equals(then));
    }
}
