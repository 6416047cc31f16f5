package dev.bramble.dashboard.page;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** An address on this head, with those fields of its query that say something. For one thread. */
public final class Address {
    private final StringBuilder text;
    private boolean hasQuery;

    /** @param path as it is in the address */
    public Address(String path) {
        this.text = new StringBuilder(path);
    }

    /** @param value left out when it is empty */
    public Address with(String name, String value) {
        if (!value.isEmpty()) {
            text.append(hasQuery ? '&' : '?').append(name).append('=');
            text.append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            hasQuery = true;
        }
        return this;
    }

    /** A number that is left out when it is the one that is meant anyway. */
    public Address with(String name, long number, long otherwise) {
        return with(name, number == otherwise ? "" : Long.toString(number));
    }

    /** What is ticked. */
    public Address with(String name, boolean isTicked) {
        return with(name, isTicked ? "1" : "");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
