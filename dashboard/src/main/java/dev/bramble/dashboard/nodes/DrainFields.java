package dev.bramble.dashboard.nodes;

import dev.bramble.control.DrainWish;
import dev.bramble.control.Views;
import dev.bramble.control.jobfile.Units;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** Reads what callers say of a drain; every mistake in a body is reported at once. */
public final class DrainFields {
    /** Any name or id of a node is shorter. */
    static final int NAME_CHARS_MAX = 64;
    /** Any word or time that can be meant is shorter. */
    private static final int WORD_CHARS_MAX = 64;
    /** As many as a bramble has. */
    private static final int NODES_MAX = 100;

    private DrainFields() {}

    /** Times and mode, without what only drains have. */
    public static DrainSpec shutdownSpec(Fields body) {
        return spec(body, Optional.empty(), Optional.empty());
    }

    static DrainSpec spec(Fields body) {
        return spec(body, body.text("then", WORD_CHARS_MAX), Optional.empty());
    }

    static DrainSpec roundSpec(Fields body) {
        Optional<String> maxOut = body.number("maxOut", 1, DrainWish.MAX_OUT_MAX)
                // One that is out of range has been complained about.
                .filter(number -> number >= 1 && number <= DrainWish.MAX_OUT_MAX)
                .map(String::valueOf);
        return spec(body, body.text("then", WORD_CHARS_MAX), maxOut);
    }

    private static DrainSpec spec(Fields body, Optional<String> then, Optional<String> maxOut) {
        List<Problem> problems = new ArrayList<>();
        DrainSpec spec = new DrainWish(
                        filled(body.text("mode", WORD_CHARS_MAX)),
                        filled(body.text("deadline", WORD_CHARS_MAX)),
                        filled(body.text("grace", WORD_CHARS_MAX)),
                        filled(then),
                        maxOut)
                .read(field -> field, problems);
        problems.forEach(problem -> body.wrong(problem.place(), problem.sentence()));
        return spec;
    }

    /** An empty one has been complained about. */
    private static Optional<String> filled(Optional<String> text) {
        return text.filter(any -> !any.isEmpty());
    }

    /** Names of nodes, as they were given; {@link #known} finds the nodes. */
    static List<String> names(Fields body) {
        return body.texts("nodes", NODES_MAX, NAME_CHARS_MAX);
    }

    /**
     * The nodes of these names or ids, in that order. One that is unknown, or there twice, is a mistake of the body.
     *
     * @param places of the names within the body
     */
    static SequencedMap<String, Views.NodeView> known(Views views, List<String> names, Fields body) {
        SequencedMap<String, Views.NodeView> nodes = new LinkedHashMap<>();
        for (int i = 0; i < names.size(); i++) {
            String place = "nodes[" + i + "]";
            Optional<Views.NodeView> node = views.node(names.get(i));
            if (node.isEmpty()) {
                body.wrong(place, sentenceOnUnknown(names.get(i)));
                continue;
            }
            Views.NodeView before = nodes.putIfAbsent(node.get().node().value(), node.get());
            if (before != null) {
                body.wrong(place, "names " + before.name() + " a second time: name each node once");
            }
        }
        return nodes;
    }

    private static String sentenceOnUnknown(String name) {
        return "is '" + name + "', which no node is called: the list of nodes has their names and ids";
    }

    /** What two orders of the same drain do not agree about; empty when the second changes nothing. */
    static List<String> differences(Views.DrainView drain, DrainSpec wanted, String reason) {
        List<String> differences = new ArrayList<>();
        compare("reason", "'" + drain.reason() + "'", "'" + reason + "'", differences);
        compare("mode", Words.of(drain.mode()), Words.of(wanted.mode()), differences);
        compare("deadline", written(drain.deadlineMillis()), Units.written(wanted.deadline()), differences);
        compare("grace", written(drain.graceMillis()), Units.written(wanted.grace()), differences);
        compare("then", Words.of(drain.then()), Words.of(wanted.then()), differences);
        compare("maxOut", String.valueOf(drain.maxOut()), String.valueOf(wanted.maxOut()), differences);
        return differences;
    }

    private static void compare(String field, String there, String here, List<String> differences) {
        if (!there.equals(here)) {
            differences.add(field + " is " + there + " there and " + here + " here");
        }
    }

    private static String written(long millis) {
        return Units.written(Duration.ofMillis(millis));
    }
}
