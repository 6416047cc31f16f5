package dev.bramble.dashboard.screen;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.model.Refusal;
import java.util.Map;
import java.util.Optional;

/**
 * What a visitor asks to see; the same for as long as the page is open.
 *
 * @param url path and query, for links back to it
 * @param places variables of the path
 * @param query the first value of each parameter
 */
public record ScreenRequest(
        String url, Map<String, String> places, Map<String, String> query, Views.Principal visitor) {

    public String place(String name) {
        return places.get(name);
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name)).filter(text -> !text.isEmpty());
    }

    /** A number of the query between these; {@code otherwise} when it is none, since people edit addresses. */
    public long number(String name, long min, long max, long otherwise) {
        return query(name)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(Long::parseLong)
                .filter(number -> number >= min && number <= max)
                .orElse(otherwise);
    }

    public boolean may(dev.bramble.model.UserRole role) {
        return visitor.may(role);
    }

    /** For a page about something that is not there. */
    public static ProblemException missing(String sentence) {
        return ProblemException.of(Refusal.Kind.NOT_FOUND, sentence);
    }
}
