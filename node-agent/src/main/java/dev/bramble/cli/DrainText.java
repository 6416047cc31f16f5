package dev.bramble.cli;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Screen;
import dev.bramble.cli.console.Style;
import dev.bramble.control.DrainWords;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.NodeStanding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Words for drains: what one would do, how far one is, what was attested. */
final class DrainText {
    /** Less is as good as nothing to whoever reads it, and changes faster than they can. */
    private static final long ETA_SHOWN_MIN_MILLIS = 1_000;

    private DrainText() {}

    /** Each text of a list, cleaned. */
    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(CleanText.line(text.asString(""))));
        return texts;
    }

    static String name(JsonNode of) {
        return CleanText.line(of.path("name").asString(""));
    }

    /** Shows what a drain would do. */
    static void preview(JsonNode preview, Screen screen) {
        for (JsonNode node : preview.path("nodes")) {
            JsonNode eta = node.path("etaMillis");
            screen.line(screen.styled(Style.BOLD, name(node)) + ", "
                    + (eta.isNumber() ? "about " + Human.duration(eta.asLong()) : "for an unknown time") + ":");
            texts(node.path("sentences")).forEach(sentence -> screen.line("  " + sentence));
        }
        texts(preview.path("summary")).forEach(screen::line);
        for (JsonNode risk : preview.path("deadlinesAtRisk")) {
            screen.line(screen.styled(Style.WARNING, "deadline at risk") + ": "
                    + CleanText.line(risk.path("sentence").asString("")));
        }
    }

    /** Whether somebody loses something by it: work that is done twice, or a deadline. */
    static boolean costsSomebody(JsonNode preview) {
        boolean late = !preview.path("deadlinesAtRisk").isEmpty();
        for (JsonNode node : preview.path("nodes")) {
            late |= node.path("restarting").asLong() > 0
                    || node.path("redoneMillis").asLong() > 0;
        }
        return late;
    }

    /** One line on how far it is. */
    static String progress(JsonNode drain) {
        StringBuilder line = new StringBuilder(name(drain)).append("  ").append(standing(drain));
        boolean isKnown = drain.path("etaMillis").asLong(0) >= ETA_SHOWN_MIN_MILLIS;
        if (isKnown && isUnderWay(drain)) {
            line.append(", about ")
                    .append(Human.duration(drain.path("etaMillis").asLong()))
                    .append(" left");
        }
        String news = waits(drain);
        return news.isEmpty() ? line.toString() : line.append(": ").append(news).toString();
    }

    /** What has to change for another line; times that run down are no news. */
    static String news(JsonNode drain) {
        return standing(drain)
                + drain.path("acknowledged")
                + drain.path("running")
                + drain.path("unsettled")
                + drain.path("blobs")
                + drain.path("waitsFor").size();
    }

    private static String waits(JsonNode drain) {
        return String.join("; ", texts(drain.path("waitsFor")));
    }

    private static boolean isUnderWay(JsonNode drain) {
        String standing = drain.path("standing").asString("");
        return standing.equals("draining") || standing.equals("maintenance") || standing.equals("returning");
    }

    /** Whether its turn has come. */
    static boolean hasBegun(JsonNode drain) {
        return drain.path("deadlineInMillis").isNumber();
    }

    /** Whether work on it is yet to end, so that the deadline matters. */
    static boolean isOpen(JsonNode drain) {
        return switch (drain.path("standing").asString("")) {
            case "drained", "maintenance", "returning" -> false;
            default -> true;
        };
    }

    /** How a node stands in its drain. */
    static String standing(JsonNode drain) {
        AfterDrain then = word(AfterDrain.class, drain.path("then")).orElse(AfterDrain.STAY);
        return word(NodeStanding.class, drain.path("standing"))
                .map(standing -> DrainWords.standing(standing, then, hasBegun(drain)))
                // A word of a later release.
                .orElse(CleanText.line(drain.path("standing").asString("")));
    }

    private static <E extends Enum<E>> Optional<E> word(Class<E> type, JsonNode word) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().equalsIgnoreCase(word.asString("")))
                .findFirst();
    }

    /** A shutdown under way, on one line. */
    static String shutdown(JsonNode shutdown) {
        String waits = String.join("; ", texts(shutdown.path("waitsFor")));
        return "ordered by " + CleanText.line(shutdown.path("by").asString("")) + " ("
                + CleanText.line(shutdown.path("reason").asString("")) + "): "
                + DrainWords.shutdown(shutdown.path("poweringOff").asBoolean(false))
                + (waits.isEmpty() ? "" : "; waits for: " + waits);
    }

    /** That a node is drained, and the proof of it line by line. */
    static List<String> proof(JsonNode drain, String headline) {
        List<String> lines = new ArrayList<>();
        lines.add(headline);
        texts(drain.path("proof")).forEach(sentence -> lines.add("  " + sentence));
        return lines;
    }

    /** What may be done to the board of a drained node. */
    static String headline(JsonNode drain, Screen screen) {
        boolean inPlace = drain.path("stoppedInPlace").asBoolean(false);
        boolean isOff = drain.path("then").asString("").equals("poweroff");
        return name(drain) + " is " + screen.styled(Style.GOOD, inPlace ? "stopped in place" : "drained")
                + (isOff && !inPlace ? " and powered off" : "") + ": "
                + DrainWords.board(inPlace, texts(drain.path("waitsFor")));
    }
}
