package dev.bramble.dashboard.alerts;

import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.page.Shown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is told outside at once: some alerts that began or are over, or a test.
 *
 * @param more alerts that are not listed, since there are too many
 */
record Notice(String bramble, String head, List<AlertBook.News> news, int more, boolean isTest) {
    /** What a person reads on a phone; the page has all. */
    static final int LISTED_MAX = 20;

    static Notice of(String bramble, String head, List<AlertBook.News> news) {
        return new Notice(
                bramble,
                head,
                List.copyOf(news.subList(0, Math.min(news.size(), LISTED_MAX))),
                Math.max(0, news.size() - LISTED_MAX),
                false);
    }

    static Notice test(String bramble, String head) {
        return new Notice(bramble, head, List.of(), 0, true);
    }

    String subject() {
        if (isTest) {
            return "bramble " + bramble + ": a test of the alerts";
        }
        long begun = news.stream().filter(each -> !each.isOver()).count();
        return "bramble " + bramble + ": "
                + (begun > 0
                        ? Shown.counted(begun + more, "alert", "alerts")
                        : Shown.counted(news.size(), "alert is", "alerts are") + " over");
    }

    /** Lines for people. */
    String text() {
        StringBuilder text = new StringBuilder();
        if (isTest) {
            text.append("This is a test, asked for by somebody: nothing is wrong.\n");
        }
        for (AlertBook.News each : news) {
            text.append(
                            each.isOver()
                                    ? "over: "
                                    : each.alert().rule().severity().name().toLowerCase(Locale.ROOT) + ": ")
                    .append(Shown.sentence(each.alert().evidence()))
                    .append(" [")
                    .append(each.alert().rule().word())
                    .append("]\n");
        }
        if (more > 0) {
            text.append("and ").append(more).append(" more: see the page of alerts\n");
        }
        return text.append("told by head ").append(head).append('\n').toString();
    }

    /** Says the same to programs; {@code text} is the field that most chat services show. */
    byte[] json() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("text", subject() + "\n" + text());
        body.put("bramble", bramble);
        body.put("head", head);
        body.put("test", isTest);
        List<Map<String, Object>> alerts = new ArrayList<>();
        for (AlertBook.News each : news) {
            Map<String, Object> alert = new LinkedHashMap<>();
            alert.put("state", each.isOver() ? "over" : "open");
            alert.put("rule", each.alert().rule().word());
            alert.put("severity", each.alert().rule().severity().name().toLowerCase(Locale.ROOT));
            alert.put("subject", each.alert().subject());
            alert.put("evidence", each.alert().evidence());
            alerts.add(alert);
        }
        body.put("alerts", alerts);
        body.put("more", more);
        return Json.MAPPER.writeValueAsBytes(body);
    }
}
