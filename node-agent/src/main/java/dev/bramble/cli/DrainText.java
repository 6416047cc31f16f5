package dev.bramble.cli;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Screen;
import dev.bramble.cli.console.Style;
import java.util.ArrayList;
import java.util.List;
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
        String then = drain.path("then").asString("");
        return switch (drain.path("standing").asString("")) {
            case "ready" -> "works on until its turn comes";
            case "cordoned" -> hasBegun(drain) ? cordoned(then) : "takes no new work, waits for its turn";
            case "draining" -> "is draining";
            case "drained" ->
                switch (then) {
                    case "resume" -> "is drained, takes work again soon";
                    case "reboot" -> "is drained, its board is to reboot";
                    case "poweroff" -> "is drained, its board is to power off";
                    default -> "is drained";
                };
            case "expired" -> "EXPIRED";
            case "quarantined" -> "QUARANTINED";
            case "maintenance" -> then.equals("reboot") ? "reboots" : "powers off";
            case "returning" -> "is back from its reboot, and has to show that it is well";
            default -> CleanText.line(drain.path("standing").asString(""));
        };
    }

    /** Its drain went wrong after all was attested: how, its sentences say. */
    private static String cordoned(String then) {
        return then.equals("poweroff") ? "CORDONED, it was to power off" : "CORDONED, it was to reboot";
    }

    /** A shutdown under way, on one line. */
    static String shutdown(JsonNode shutdown) {
        String waits = String.join("; ", texts(shutdown.path("waitsFor")));
        return "ordered by " + CleanText.line(shutdown.path("by").asString("")) + " ("
                + CleanText.line(shutdown.path("reason").asString("")) + "): "
                + (shutdown.path("poweringOff").asBoolean(false) ? "boards power off" : "no job is accepted")
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
        String name = name(drain);
        if (drain.path("stoppedInPlace").asBoolean(false)) {
            return name + " is " + screen.styled(Style.GOOD, "stopped in place")
                    + ": safe to power off; do not remove its card";
        }
        boolean isOff = drain.path("then").asString("").equals("poweroff");
        String missing = waits(drain);
        return name + " is " + screen.styled(Style.GOOD, "drained") + (isOff ? " and powered off" : "")
                + (missing.isEmpty() ? ": safe to unplug" : ": NOT safe to unplug now: " + missing);
    }
}
