package dev.bramble.dashboard.screen;

import java.util.List;
import java.util.function.Function;

/**
 * A part of a page that is sent anew when what it shows has changed.
 *
 * @param id of the one element that the fragment makes, which is replaced; unique on the page
 * @param template that has the fragment
 * @param fragment its name; it reads {@code it}, and nothing of the page's frame
 * @param it what it shows: a record, whose equality says whether it has changed
 * @param rows parts within it that may change alone; empty for most
 */
public record Part(String id, String template, String fragment, Object it, List<Part> rows) {

    public static Part of(String id, String template, String fragment, Object it) {
        return new Part(id, template, fragment, it, List.of());
    }

    /**
     * A list of which only the rows that changed are sent, unless some came or went.
     *
     * @param it what the whole shows, the rows among it: it is not compared, the rows are
     */
    public static Part list(String id, String template, String fragment, Object it, List<Part> rows) {
        return new Part(id, template, fragment, it, List.copyOf(rows));
    }

    /**
     * The same with each row a part by the same fragment.
     *
     * @param row the fragment's name
     * @param rowId of the element of a row
     */
    public static <T> Part list(
            String id,
            String template,
            String fragment,
            Object it,
            List<T> rows,
            String row,
            Function<T, String> rowId) {
        return list(
                id,
                template,
                fragment,
                it,
                rows.stream()
                        .map(each -> Part.of(rowId.apply(each), template, row, each))
                        .toList());
    }

    /** What must be the same for it to stay; rows are looked at on their own. */
    Object key() {
        return rows.isEmpty() ? it : rows.stream().map(Part::id).toList();
    }
}
