package dev.bramble.cli;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.control.DrainWish;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.Problem;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** The options that drains and shutdowns share: how they are checked and sent. */
final class DrainOptions {
    private DrainOptions() {}

    /** For completion. */
    static final class Modes implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return words(DrainMode.values());
        }
    }

    /** For completion. */
    static final class Thens implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return words(AfterDrain.values());
        }
    }

    private static Iterator<String> words(Enum<?>[] constants) {
        return Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .iterator();
    }

    /** The option of a field. */
    static String flag(String field) {
        return field.equals("maxOut") ? "--max-out" : "--" + field;
    }

    static void reason(String reason, boolean isNeeded, List<Problem> problems) {
        if (reason == null) {
            if (isNeeded) {
                problems.add(new Problem("--reason", "is missing: say why, for whoever looks at it later"));
            }
            return;
        }
        DrainWish.mistakeInReason(reason).ifPresent(sentence -> problems.add(new Problem("--reason", sentence)));
    }

    /** @throws Failure with every mistake */
    static void refuse(List<Problem> problems) {
        if (problems.size() == 1) {
            throw new Failure(ExitCode.USAGE, problems.getFirst().toString());
        }
        if (!problems.isEmpty()) {
            throw new Failure(ExitCode.USAGE, "there are " + problems.size() + " mistakes", problems, null);
        }
    }

    /** What was said, as fields of the interface. */
    static void put(ObjectNode order, DrainWish wish) {
        wish.mode().ifPresent(text -> order.put("mode", text));
        wish.deadline().ifPresent(text -> order.put("deadline", text));
        wish.grace().ifPresent(text -> order.put("grace", text));
        wish.then().ifPresent(text -> order.put("then", text));
        wish.maxOut().ifPresent(text -> order.put("maxOut", Integer.parseInt(text)));
    }
}
