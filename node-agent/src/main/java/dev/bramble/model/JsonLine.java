package dev.bramble.model;

import java.util.SequencedMap;
import java.util.StringJoiner;

/** Writes names and values as one line of JSON (RFC 8259). Values are strings always: {@code 0.10} stays as written. */
final class JsonLine {
    private JsonLine() {}

    static String of(SequencedMap<String, String> values) {
        StringJoiner line = new StringJoiner(",", "{", "}");
        values.forEach((name, value) -> line.add(quoted(name) + ":" + quoted(value)));
        return line.toString();
    }

    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20 || isLoneSurrogate(text, i)) {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /** Half a character cannot be written as UTF-8, but can be escaped. */
    private static boolean isLoneSurrogate(String text, int i) {
        char c = text.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
        }
        return Character.isLowSurrogate(c) && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
    }
}
