package dev.bramble.model;

import java.util.List;
import java.util.SequencedMap;

/** Where a job's tasks come from. Every source knows its number of tasks without listing them. */
public sealed interface TaskSource {
    /** Number of tasks, at least 1. */
    int count();

    /** {@code count: n}: tasks that differ only in their index. */
    record Count(int count) implements TaskSource {}

    /**
     * {@code grid:}: every combination of the parameters' values; the last parameter varies fastest.
     *
     * @param parameters values by parameter, in the order of the job file; no parameter without a value
     */
    record Grid(SequencedMap<String, List<String>> parameters) implements TaskSource {
        @Override
        public int count() {
            long product = 1;
            for (List<String> values : parameters.values()) {
                product = Math.multiplyExact(product, values.size());
            }
            return Math.toIntExact(product);
        }
    }

    /** {@code lines:}: a task per line of a file; a missing last line feed is supplied. */
    record Lines(ShippedFile file, int count) implements TaskSource {}

    /** {@code each:}: a task per file. */
    record Each(List<ShippedFile> files) implements TaskSource {
        @Override
        public int count() {
            return files.size();
        }
    }
}
