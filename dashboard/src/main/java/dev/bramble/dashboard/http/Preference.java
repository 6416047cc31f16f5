package dev.bramble.dashboard.http;

import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header {@code Prefer} of RFC 7240: what a client would like, if it can be had. */
final class Preference {
    static final String HEADER = "Prefer";
    static final String APPLIED_HEADER = "Preference-Applied";

    /** {@code wait=7} or {@code wait = "7"}; what follows a semicolon are parameters, of which it has none. */
    private static final Pattern WAIT = Pattern.compile("wait\\s*=\\s*(\"?)([0-9]{1,9})\\1\\s*(;.*)?");

    private Preference() {}

    /**
     * How long a client would wait: what it says first counts, and other preferences are passed over, as the RFC wants
     * it.
     *
     * @param headers as they came
     * @return empty when it says nothing about waiting
     * @throws IllegalArgumentException with what it said, when that is no number of seconds
     */
    static Optional<Duration> waitOf(Enumeration<String> headers) {
        for (String header : Collections.list(headers)) {
            for (String preference : List.of(header.split(","))) {
                String text = preference.strip().toLowerCase(Locale.ROOT);
                if (text.matches("wait\\s*([=;].*)?")) {
                    Matcher wait = WAIT.matcher(text);
                    if (!wait.matches()) {
                        throw new IllegalArgumentException(preference.strip());
                    }
                    return Optional.of(Duration.ofSeconds(Long.parseLong(wait.group(2))));
                }
            }
        }
        return Optional.empty();
    }
}
