package dev.bramble.control.plan;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A table of {@code hardware/} as it was shipped: names of the columns in the first line, fields with commas in quotes.
 * A table that is wrong is a fault of the build, told with its line.
 */
record Csv(String name, List<Map<String, String>> rows) {
    /** @param name of a file that the build puts beside this class */
    static Csv shipped(String name) {
        try (InputStream in = Csv.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing beside " + Csv.class.getName() + ": build again");
            }
            return of(name, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }

    /** @throws IllegalStateException when a line has more or fewer fields than there are columns */
    static Csv of(String name, String text) {
        List<String> lines = text.lines().toList();
        List<String> columns = fields(lines.getFirst());
        List<Map<String, String>> rows = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            List<String> fields = fields(lines.get(i));
            if (fields.size() != columns.size()) {
                throw new IllegalStateException(name + ", line " + (i + 1) + ": " + fields.size() + " fields for "
                        + columns.size() + " columns");
            }
            Map<String, String> row = new LinkedHashMap<>();
            for (int k = 0; k < columns.size(); k++) {
                row.put(columns.get(k), fields.get(k));
            }
            rows.add(row);
        }
        return new Csv(name, List.copyOf(rows));
    }

    /** @throws IllegalStateException with the line where {@code reads} threw */
    <T> List<T> map(Function<Map<String, String>, T> reads) {
        List<T> all = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            try {
                all.add(reads.apply(rows.get(i)));
            } catch (RuntimeException wrong) {
                throw new IllegalStateException(name + ", line " + (i + 2) + ": " + wrong.getMessage(), wrong);
            }
        }
        return List.copyOf(all);
    }

    private static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
