package dev.bramble.control;

import dev.bramble.control.jobfile.Units;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.CutText;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** How a drain or a shutdown is wanted, as people write it: each field may be left out. Pure. */
public record DrainWish(
        Optional<String> mode,
        Optional<String> deadline,
        Optional<String> grace,
        Optional<String> then,
        Optional<String> maxOut) {
    /** A sentence, not an essay: it is shown in lists. */
    public static final int REASON_CHARS_MAX = 500;
    /** As many as there can be nodes. */
    public static final int MAX_OUT_MAX = 100;
    /** One after the other: the others carry the work. */
    public static final int MAX_OUT_STANDARD = 1;

    /** Where each field stands in what the user wrote. */
    @FunctionalInterface
    public interface Places {
        /** Of a field named as in this record. */
        String of(String field);
    }

    /**
     * Reads all of it; what is wrong is added to {@code problems}, and its standard stands in for it.
     *
     * @param places names the fields in the problems
     */
    public DrainSpec read(Places places, List<Problem> problems) {
        return new DrainSpec(
                word(mode, DrainMode.class, DrainMode.FINISH, places.of("mode"), problems),
                time(
                        deadline,
                        DrainSpec.DEADLINE_MIN,
                        DrainSpec.DEADLINE_MAX,
                        DrainSpec.DEADLINE_STANDARD,
                        places.of("deadline"),
                        problems),
                time(
                        grace,
                        DrainSpec.GRACE_MIN,
                        DrainSpec.GRACE_MAX,
                        DrainSpec.GRACE_STANDARD,
                        places.of("grace"),
                        problems),
                word(then, AfterDrain.class, AfterDrain.STAY, places.of("then"), problems),
                maxOut(places.of("maxOut"), problems));
    }

    /** What is wrong with times that did not come as text; for drains and shutdowns alike. */
    public static List<Problem> mistakesInTimes(Duration deadline, Duration grace) {
        List<Problem> problems = new ArrayList<>();
        mistake("deadline", deadline, DrainSpec.DEADLINE_MIN, DrainSpec.DEADLINE_MAX)
                .ifPresent(problems::add);
        mistake("grace", grace, DrainSpec.GRACE_MIN, DrainSpec.GRACE_MAX).ifPresent(problems::add);
        return problems;
    }

    private static Optional<Problem> mistake(String place, Duration time, Duration min, Duration max) {
        return isWithin(time, min, max)
                ? Optional.empty()
                : Optional.of(new Problem(place, "must be from " + Units.written(min) + " to " + Units.written(max)));
    }

    private static boolean isWithin(Duration time, Duration min, Duration max) {
        return time.compareTo(min) >= 0 && time.compareTo(max) <= 0;
    }

    /** What is wrong with a reason, as the end of a sentence about it; empty when it will do. */
    public static Optional<String> mistakeInReason(String reason) {
        String text = reason.strip();
        if (text.isEmpty()) {
            return Optional.of("is empty: say why, for whoever looks at the node later");
        }
        if (text.codePointCount(0, text.length()) > REASON_CHARS_MAX) {
            return Optional.of("is longer than " + REASON_CHARS_MAX + " characters: shorten it");
        }
        return text.codePoints().anyMatch(Character::isISOControl)
                ? Optional.of("has a control character in it: write it on one line")
                : Optional.empty();
    }

    private static <E extends Enum<E>> E word(
            Optional<String> text, Class<E> type, E standard, String place, List<Problem> problems) {
        if (text.isEmpty()) {
            return standard;
        }
        Optional<E> known = Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().toLowerCase(Locale.ROOT).equals(text.get()))
                .findFirst();
        if (known.isEmpty()) {
            String words = Arrays.stream(type.getEnumConstants())
                    .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "));
            problems.add(new Problem(place, "is " + shown(text.get()) + ": write one of " + words));
        }
        return known.orElse(standard);
    }

    private static Duration time(
            Optional<String> text,
            Duration min,
            Duration max,
            Duration standard,
            String place,
            List<Problem> problems) {
        if (text.isEmpty()) {
            return standard;
        }
        Optional<Duration> time = Units.duration(text.get()).filter(known -> isWithin(known, min, max));
        if (time.isEmpty()) {
            problems.add(new Problem(
                    place,
                    "is " + shown(text.get()) + ": write a time such as " + Units.written(standard) + ", from "
                            + Units.written(min) + " to " + Units.written(max)));
        }
        return time.orElse(standard);
    }

    private int maxOut(String place, List<Problem> problems) {
        if (maxOut.isEmpty()) {
            return MAX_OUT_STANDARD;
        }
        String text = maxOut.get();
        boolean isNumber = text.matches("[0-9]{1,9}");
        if (isNumber && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MAX_OUT_MAX) {
            return Integer.parseInt(text);
        }
        problems.add(new Problem(place, "is " + shown(text) + ": write a number of nodes from 1 to " + MAX_OUT_MAX));
        return MAX_OUT_STANDARD;
    }

    private static String shown(String text) {
        return "'" + CutText.shortened(text, 41) + "'";
    }
}
