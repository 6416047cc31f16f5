package dev.bramble.control.jobfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits a line into words as a shell would, quotes and backslashes understood, nothing expanded. */
public final class ShellWords {
    private ShellWords() {}

    /** The words; empty when a quote is left open. */
    public static Optional<List<String>> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0 && c == quote) {
                quote = 0;
            } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word = appended(word, line.charAt(++i));
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
                word = word == null ? new StringBuilder() : word;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
            } else {
                word = appended(word, c);
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return quote == 0 ? Optional.of(List.copyOf(words)) : Optional.empty();
    }

    private static StringBuilder appended(StringBuilder word, char c) {
        return (word == null ? new StringBuilder() : word).append(c);
    }
}
