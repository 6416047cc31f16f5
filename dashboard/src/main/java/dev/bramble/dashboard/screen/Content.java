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
 * @param isKept whether the browser may keep it for its way back: a form with nothing of the bramble in it
 */
public record Content(
        String title,
        String template,
        Object it,
        List<Part> parts,
        List<String> scripts,
        boolean isTypedInto,
        boolean isKept) {

    public static Content of(String title, String template, Object it) {
        return new Content(title, template, it, List.of(), List.of(), false, false);
    }

    public Content live(Part... changing) {
        return live(List.of(changing));
    }

    public Content live(List<Part> changing) {
        return new Content(title, template, it, List.copyOf(changing), scripts, isTypedInto, isKept);
    }

    public Content with(String script) {
        List<String> all = new ArrayList<>(scripts);
        all.add(script);
        return new Content(title, template, it, parts, List.copyOf(all), isTypedInto, isKept);
    }

    public Content typedInto() {
        return new Content(title, template, it, parts, scripts, true, isKept);
    }

    /** What is typed into it, and the key that makes sending it twice one thing, are there on the way back. */
    public Content kept() {
        return new Content(title, template, it, parts, scripts, isTypedInto, true);
    }

    public boolean isLive() {
        return !parts.isEmpty();
    }
}
