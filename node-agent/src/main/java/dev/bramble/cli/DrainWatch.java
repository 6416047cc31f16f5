package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.ProgressBlock;
import dev.bramble.cli.console.Screen;
import dev.bramble.cli.console.Style;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Watches drains until each has come to an end, or nothing moves any more. */
final class DrainWatch {
    /** Often enough for somebody who stands beside the rack, rare enough for a head with a hundred watchers. */
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** A new leader leads, and has heard from the nodes, within a lease of them. */
    private static final Duration NOT_KNOWN_MAX = Duration.ofSeconds(10);

    private final TopCommand top;
    private final Conversation bramble;
    private final Screen words;
    private final ProgressBlock block;
    private final long eventsBefore;
    /** How each node was seen last, by id, in the order of the order. */
    private final SequencedMap<String, JsonNode> last = new LinkedHashMap<>();

    /** The same when something of it was attested: a board that reboots attests nothing. */
    private final Map<String, JsonNode> proven = new HashMap<>();

    /** Since when something is missing of a drained one, in the nanoseconds of the watch. */
    private final Map<String, Long> missingSince = new HashMap<>();

    private final Map<String, ExitCode> ended = new LinkedHashMap<>();

    /** @param eventsBefore number of the newest event before the order */
    DrainWatch(TopCommand top, Conversation bramble, Screen words, long eventsBefore) {
        this.top = top;
        this.bramble = bramble;
        this.words = words;
        this.block = new ProgressBlock(top.err());
        this.eventsBefore = eventsBefore;
    }

    /** What a node is doing, as far as this watch is concerned. */
    private enum Course {
        /** Something moves. */
        UNDER_WAY,
        /** Its turn has not come. */
        WAITS,
        /** Its time is over, or it was set aside. */
        STUCK,
        DONE
    }

    ArrayNode last() {
        ArrayNode nodes = Json.array();
        last.values().forEach(nodes::add);
        return nodes;
    }

    /** @param ordered the drains, as they were answered */
    ExitCode untilEnded(JsonNode ordered) {
        List<String> names = new ArrayList<>();
        for (JsonNode drain : ordered) {
            last.put(drain.path("node").asString(""), drain);
            names.add(DrainText.name(drain));
        }
        String all = String.join(" ", names);
        Thread farewell = new Thread(() -> {
            block.clear();
            top.err()
                    .line("the drain goes on without you: 'bramble nodes' shows it, 'bramble drain --cancel " + all
                            + "' cancels it");
        });
        Runtime.getRuntime().addShutdownHook(farewell);
        try {
            while (!isOver()) {
                top.pace().pause(PAUSE);
                look();
            }
        } finally {
            block.clear();
            endFarewell(farewell);
        }
        tellOfTheRest();
        return ended.values().stream()
                .reduce(ExitCode.DONE, (one, other) -> one.number() >= other.number() ? one : other);
    }

    private static void endFarewell(Thread farewell) {
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException alreadyEnding) {
            // Ctrl-C came at this very moment: the hook says its sentence, which is true.
        }
    }

    private void look() {
        Map<String, JsonNode> now = new LinkedHashMap<>();
        bramble.list(
                "/drains", Long.MAX_VALUE, drain -> now.put(drain.path("node").asString(""), drain));
        List<ProgressBlock.Line> lines = new ArrayList<>();
        for (String node : List.copyOf(last.keySet())) {
            if (ended.containsKey(node)) {
                continue;
            }
            JsonNode drain = now.get(node);
            if (drain == null) {
                end(node, whyItIsGone(node));
                continue;
            }
            last.put(node, drain);
            if (!drain.path("proof").isEmpty()) {
                proven.put(node, drain);
            }
            if (courseOf(drain) == Course.DONE) {
                end(node, new End(ExitCode.DONE, DrainText.proof(drain, DrainText.headline(drain, words))));
            } else if (isStillOn(drain)) {
                List<String> why = DrainText.texts(drain.path("proof"));
                why.addAll(DrainText.texts(drain.path("waitsFor")));
                end(
                        node,
                        new End(
                                ExitCode.EXPIRED,
                                List.of(DrainText.name(drain) + " is drained, and its board is still on: "
                                        + String.join("; ", why))));
            } else {
                lines.add(new ProgressBlock.Line(node, DrainText.progress(drain), DrainText.news(drain)));
            }
        }
        block.show(lines, top.pace().nanos());
    }

    private Course courseOf(JsonNode drain) {
        return switch (drain.path("standing").asString("")) {
            case "drained" -> drained(drain);
            case "expired" -> Course.STUCK;
            // Set aside or cordoned in its drain, or before that.
            case "quarantined", "cordoned" -> DrainText.hasBegun(drain) ? Course.STUCK : Course.WAITS;
            case "ready" -> Course.WAITS;
            default -> Course.UNDER_WAY;
        };
    }

    /**
     * What others had may have gone since, or the leader may not have said yet that they have it: that is waited for as
     * long as a drain is, and never called safe.
     */
    private Course drained(JsonNode drain) {
        boolean isMissing = !drain.path("waitsFor").isEmpty()
                && !drain.path("stoppedInPlace").asBoolean(false);
        if (!isMissing) {
            missingSince.remove(drain.path("node").asString(""));
            return isLastStep(drain) ? Course.DONE : Course.UNDER_WAY;
        }
        long now = top.pace().nanos();
        long since = missingSince.computeIfAbsent(drain.path("node").asString(""), node -> now);
        long leftMillis = drain.path("deadlineInMillis").asLong(0)
                + drain.path("graceMillis").asLong(0);
        return leftMillis <= 0 && now - since >= NOT_KNOWN_MAX.toNanos() ? Course.STUCK : Course.UNDER_WAY;
    }

    /** Drained, and nothing follows, or what follows has happened. */
    private boolean isLastStep(JsonNode drain) {
        return switch (drain.path("then").asString("")) {
            case "stay" -> true;
            case "poweroff" -> !isUp(drain);
            default -> false;
        };
    }

    private boolean isUp(JsonNode drain) {
        return bramble.get("/nodes/" + Conversation.escaped(drain.path("node").asString("")))
                .path("link")
                .asString("")
                .equals("up");
    }

    /** It was to power off, which did not happen, or it has started again: nobody tells it once more. */
    private boolean isStillOn(JsonNode drain) {
        return drain.path("standing").asString("").equals("drained")
                && drain.path("then").asString("").equals("poweroff")
                && drain.path("told").asBoolean(false)
                && isUp(drain);
    }

    /** Nothing moves, and nothing will before somebody does something. */
    private boolean isOver() {
        boolean stuck = false;
        boolean waits = false;
        for (Map.Entry<String, JsonNode> one : last.entrySet()) {
            if (!ended.containsKey(one.getKey())) {
                switch (courseOf(one.getValue())) {
                    case UNDER_WAY, DONE -> {
                        return false;
                    }
                    case STUCK -> stuck = true;
                    case WAITS -> waits = true;
                }
            }
        }
        return stuck || !waits;
    }

    private record End(ExitCode code, List<String> lines) {}

    private void end(String node, End end) {
        block.clear();
        ended.put(node, end.code());
        Screen screen = end.code() == ExitCode.DONE ? words : top.err();
        end.lines().forEach(screen::line);
    }

    /** A drain is gone when its node takes work again, or was forgotten; the events tell which. */
    private End whyItIsGone(String node) {
        JsonNode before = last.get(node);
        String name = DrainText.name(before);
        Optional<JsonNode> now = find(node);
        if (now.isEmpty()) {
            return new End(ExitCode.CONFLICT, List.of(name + " was forgotten meanwhile"));
        }
        String kind = "";
        String text = "";
        boolean wasDrained = before.path("standing").asString("").equals("drained");
        for (JsonNode event : bramble.get("/events?limit=1000&cursor=" + eventsBefore + "&node=" + node)
                .path("items")) {
            String known = event.path("kind").asString("");
            switch (known) {
                case "drain-cancelled", "maintenance-failed" -> {
                    kind = known;
                    text = CleanText.line(event.path("text").asString(""));
                }
                case "node-drained" -> wasDrained = true;
                default -> {
                    // It does not end a drain.
                }
            }
        }
        if (kind.equals("drain-cancelled")) {
            return new End(ExitCode.CONFLICT, List.of("the drain of " + name + " was cancelled: " + text));
        }
        if (kind.equals("maintenance-failed") || !wasDrained) {
            String standing = now.get().path("standing").asString("");
            String reason = text.isEmpty()
                    ? CleanText.line(now.get().path("standingReason").asString(""))
                    : text;
            return new End(
                    ExitCode.EXPIRED,
                    List.of(name + " is " + standing + " and not drained" + (reason.isEmpty() ? "" : ": " + reason)));
        }
        boolean hasRebooted = before.path("then").asString("").equals("reboot");
        String headline = name + " was " + words.styled(Style.GOOD, "drained") + (hasRebooted ? " and rebooted" : "")
                + ": it takes work again";
        // What was attested was so before it took work again, and means nothing any more.
        return new End(ExitCode.DONE, List.of(headline));
    }

    private Optional<JsonNode> find(String node) {
        try {
            return Optional.of(bramble.get("/nodes/" + Conversation.escaped(node)));
        } catch (Failure failure) {
            if (failure.code() == ExitCode.NOT_FOUND) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private void tellOfTheRest() {
        last.forEach((node, drain) -> {
            if (ended.containsKey(node)) {
                return;
            }
            ended.put(node, ExitCode.EXPIRED);
            String name = DrainText.name(drain);
            Screen err = top.err();
            if (courseOf(drain) == Course.WAITS) {
                err.line(name + " " + DrainText.standing(drain) + ": the others come first, or 'bramble drain --cancel "
                        + name + "'");
                return;
            }
            err.line(name + " is " + err.styled(Style.BAD, DrainText.standing(drain)) + ": NOT safe to unplug");
            // Its sentences say what went wrong with its board, rather than what is missing.
            boolean isCordoned = drain.path("standing").asString("").equals("cordoned");
            boolean isCopied = !isCordoned || drain.path("then").asString("").equals("poweroff");
            DrainText.texts(drain.path("waitsFor"))
                    .forEach(sentence -> err.line((isCordoned ? "  " : "  still missing: ") + sentence));
            err.line("  it takes no work" + (isCopied ? ", and copying goes on" : "") + ": 'bramble node " + name
                    + "' shows it, 'bramble uncordon " + name + "' lets it work again");
        });
    }
}
