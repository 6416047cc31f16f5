package dev.bramble.dashboard.screen;

import java.util.ArrayList;
import java.util.List;

/**
 * What a page shows to one visitor now.
 *
 * @param title of the browser's tab, without the bramble's name
 * @param template its fragment {@code main} is the page; it reads {@code it} and {@code frame}
 * @param it the page's own record
 * @param parts what changes while somebody looks; empty for a page that stands still
 * @param scripts assets that it needs beside those of every page; it must be of use without them
 * @param isTypedInto whether it has a form that people fill in: it is then not loaded anew without scripts, which would
 *     lose what they typed
 */
public record Content(
        String title, String template, Object it, List<Part> parts, List<String> scripts, boolean isTypedInto) {

    public static Content of(String title, String template, Object it) {
        return new Content(title, template, it, List.of(), List.of(), false);
    }

    public Content live(Part... changing) {
        return live(List.of(changing));
    }

    public Content live(List<Part> changing) {
        return new Content(title, template, it, List.copyOf(changing), scripts, isTypedInto);
    }

    public Content with(String script) {
        List<String> all = new ArrayList<>(scripts);
        all.add(script);
        return new Content(title, template, it, parts, List.copyOf(all), isTypedInto);
    }

    public Content typedInto() {
        return new Content(title, template, it, parts, scripts, true);
    }

    public boolean isLive() {
        return !parts.isEmpty();
    }
}
