package dev.bramble.dashboard.http;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * A page of a list as it is sent.
 *
 * @param next cursor of the next page; null on the last
 */
public record Page<T>(List<T> items, String next) {
    /** Enough for every bramble's nodes at once. */
    public static final int LIMIT_DEFAULT = 100;
    /** Keeps the time on the control port's loop, and an answer's size, in bounds. */
    public static final int LIMIT_MAX = 1000;

    /** Names of the query parameters. */
    public static final String LIMIT = "limit";

    public static final String CURSOR = "cursor";

    /** What a caller wants of a list. */
    public record Wanted(int limit, String cursor) {}

    /** The page of a short list that is there as a whole, ordered by a unique key. */
    public static <T> Page<T> of(List<T> all, Function<T, String> key, Wanted wanted) {
        List<T> rest = all.stream()
                .filter(item -> wanted.cursor().isEmpty() || key.apply(item).compareTo(wanted.cursor()) > 0)
                .sorted(Comparator.comparing(key))
                .limit(wanted.limit() + 1L)
                .toList();
        boolean more = rest.size() > wanted.limit();
        List<T> items = more ? rest.subList(0, wanted.limit()) : rest;
        return new Page<>(items, more ? key.apply(items.getLast()) : null);
    }

    public <R> Page<R> map(Function<T, R> change) {
        return new Page<>(items.stream().map(change).toList(), next);
    }
}
