package dev.bramble.dashboard.events;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.EventKind;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * An event on a page.
 *
 * @param word attention for a warning, else news: the icon and the colour
 * @param kind in words
 * @param at calendar time in UTC, for people; empty without a calendar
 * @param instant the same for programs
 * @param node name of the node it is about; empty for none
 * @param job number of the job; empty for none
 * @param task path of the task's page; empty for none
 */
public record EventRow(
        long number,
        String word,
        String kind,
        String ago,
        String at,
        String instant,
        String node,
        String job,
        String task,
        String by,
        String text) {
    private static final DateTimeFormatter AT = DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    /** Until then the age is no number: it would change with each second. */
    private static final long MINUTE_MILLIS = 60_000;

    public static EventRow of(Views.EventView event) {
        String job = event.job().map(Object::toString).orElse("");
        return new EventRow(
                event.number(),
                event.kind().weight() == EventKind.Weight.WARNING ? "attention" : "news",
                kind(event.kind()),
                ago(event.millisAgo()),
                event.at().map(AT::format).orElse(""),
                event.at().map(Instant::toString).orElse(""),
                event.node(),
                job,
                job.isEmpty() || event.task() < 0 ? "" : "/jobs/" + job + "/tasks/" + event.task(),
                event.by(),
                Shown.sentence(event.text()));
    }

    /** {@code node lost}. */
    public static String kind(EventKind kind) {
        return Words.of(kind).replace('-', ' ');
    }

    /** {@code 3 min ago}. */
    public static String ago(long millis) {
        return millis < MINUTE_MILLIS ? "just now" : Shown.time(millis) + " ago";
    }

    /** When, for people: the calendar if there is one, else the age. */
    static String when(Optional<Instant> at, long millisAgo) {
        return at.map(AT::format).orElseGet(() -> ago(millisAgo));
    }
}
