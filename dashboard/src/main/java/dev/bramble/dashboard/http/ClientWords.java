package dev.bramble.dashboard.http;

import io.javalin.http.Context;
import java.util.List;

/** From where somebody asks, as far as a head can tell. */
public final class ClientWords {
    /** Of the header: browsers say less. */
    private static final int HEADER_CHARS_MAX = 512;

    private record Word(String inHeader, String shown) {}

    /** The first that is there: browsers name those that they descend from as well. */
    private static final List<Word> BROWSERS = List.of(
            new Word("Edg", "Edge"),
            new Word("OPR/", "Opera"),
            new Word("SamsungBrowser", "Samsung Internet"),
            new Word("Firefox", "Firefox"),
            new Word("FxiOS", "Firefox"),
            new Word("CriOS", "Chrome"),
            new Word("Chrome", "Chrome"),
            new Word("Safari", "Safari"),
            new Word("curl", "curl"),
            new Word("bramble", "the bramble command"));

    private static final List<Word> SYSTEMS = List.of(
            new Word("Android", "Android"),
            new Word("iPhone", "iPhone"),
            new Word("iPad", "iPad"),
            new Word("Windows", "Windows"),
            new Word("Mac OS", "macOS"),
            new Word("CrOS", "ChromeOS"),
            new Word("Linux", "Linux"));

    private ClientWords() {}

    /** The connection's own address; headers can claim any. */
    public static String address(Context context) {
        return context.req().getRemoteAddr();
    }

    /** {@code Firefox on Android}: enough to know it again in a list; never the header itself. */
    public static String browser(Context context) {
        return of(context.header("User-Agent"));
    }

    static String of(String header) {
        if (header == null) {
            return "a program";
        }
        String text = header.substring(0, Math.min(header.length(), HEADER_CHARS_MAX));
        String browser = first(BROWSERS, text);
        String system = first(SYSTEMS, text);
        return browser.isEmpty() ? "a program" : system.isEmpty() ? browser : browser + " on " + system;
    }

    private static String first(List<Word> words, String text) {
        return words.stream()
                .filter(word -> text.contains(word.inHeader()))
                .map(Word::shown)
                .findFirst()
                .orElse("");
    }
}
