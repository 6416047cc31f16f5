package dev.bramble.runner;

import dev.bramble.model.BlobId;
import dev.bramble.model.JobOrder;
import dev.bramble.model.TaskArguments;
import dev.bramble.model.TaskInput;
import dev.bramble.model.TaskRange;
import dev.bramble.model.TaskSource;
import dev.bramble.worker.Filters;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The lines that a filter is given: of a file, the index of each task, or its parameters as JSON. Safe for many
 * threads.
 */
final class BatchLines {
    /** Files whose index is remembered; an index costs up to 100 kB and is made again by reading the file once. */
    private static final int INDEXES_MAX = 32;

    private final Map<BlobId, LineIndex> indexes = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BlobId, LineIndex> eldest) {
            return size() > INDEXES_MAX;
        }
    };

    /** The index of a blob that is on this node. */
    LineIndex index(BlobId blob, Path file) {
        synchronized (indexes) {
            return indexes.computeIfAbsent(blob, missing -> new LineIndex(file));
        }
    }

    /** The lines of a batch from a file that is here. */
    Filters.Lines ofFile(BlobId blob, Path file, TaskRange tasks) {
        LineIndex index = index(blob, file);
        return line -> index.open(tasks.from() + line, tasks.end());
    }

    /** The lines of a batch whose tasks have no file. */
    static Filters.Lines made(JobOrder.Filter filter, TaskRange tasks) {
        return line -> made(filter.tasks(), tasks.from() + line, tasks.end());
    }

    private static InputStream made(TaskSource source, int from, int end) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (int task = from; task < end; task++) {
            TaskInput input = TaskArguments.inputOf(source, task);
            lines.writeBytes(TaskArguments.brambleInput(input).orElse("").getBytes(StandardCharsets.UTF_8));
            lines.write('\n');
        }
        return new ByteArrayInputStream(lines.toByteArray());
    }
}
