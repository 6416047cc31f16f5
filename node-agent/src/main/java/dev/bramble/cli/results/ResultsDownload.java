package dev.bramble.cli.results;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.model.FileNames;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings a job's results to the user's disk: {@code TASK/stdout}, {@code TASK/stderr} if there is any, the task's
 * outputs beside them, {@code reduce/…} for the reduce, {@code results.csv} and {@code results.json}. Files that are
 * there already, whole, are kept, so that it can be repeated after a break or while a job runs.
 */
public final class ResultsDownload {
    /** Hides round trips; more would only queue at the head. */
    private static final int AT_ONCE = 8;
    /** A terminal's worth: the rest is counted. */
    private static final int REFUSED_SHOWN_MAX = 20;
    /** An output of this name would hide what the task printed. */
    private static final Set<String> RESERVED = Set.of("stdout", "stderr");

    private final Conversation bramble;
    private final String job;
    private final ResultFolder folder;
    private final ProgressLine progress;
    private final Pace pace;

    private final AtomicLong files = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong tasks = new AtomicLong();
    private final AtomicLong withoutResult = new AtomicLong();
    private final AtomicLong refusedCount = new AtomicLong();
    private final List<String> refused = Collections.synchronizedList(new ArrayList<>());

    public ResultsDownload(Conversation bramble, String job, ResultFolder folder, ProgressLine progress, Pace pace) {
        this.bramble = bramble;
        this.job = job;
        this.folder = folder;
        this.progress = progress;
        this.pace = pace;
    }

    /**
     * What was done.
     *
     * @param tasks with a result
     * @param withoutResult that wait or run, or ended without anything recorded
     * @param files written now
     * @param kept that were there already
     * @param refused a sentence for each file that may not be written, at most {@value #REFUSED_SHOWN_MAX}
     */
    public record Done(
            long tasks,
            long withoutResult,
            long files,
            long kept,
            long bytes,
            long refusedCount,
            List<String> refused) {}

    /** Of a filter: {@code answers.txt}, a table of what failed, {@code reduce/…}. */
    public Done runFilter(boolean hasReduce) {
        try {
            folder.writeWhole("answers.txt", out -> tasks.set(new AnswerLines(bramble, job).copyTo(counted(out))));
            files.incrementAndGet();
            AtomicLong failed = new AtomicLong();
            try (TableFiles table = new TableFiles(folder, "failed")) {
                bramble.list("/jobs/" + job + "/tasks?state=failed", Long.MAX_VALUE, task -> {
                    table.add(withSeconds(task));
                    failed.incrementAndGet();
                });
                if (failed.get() > 0) {
                    table.finish();
                } else {
                    table.forget();
                }
            }
            tasks.set(Math.max(0, tasks.get() - failed.get()));
            withoutResult.set(failed.get());
            if (hasReduce && !fetchAll("reduce")) {
                withoutResult.incrementAndGet();
            }
        } finally {
            progress.clear();
        }
        return done();
    }

    private static JsonNode withSeconds(JsonNode task) {
        return ((ObjectNode) task).put("seconds", task.path("millis").asLong() / 1000.0);
    }

    private OutputStream counted(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] chunk, int offset, int length) throws IOException {
                out.write(chunk, offset, length);
                bytes.addAndGet(length);
                progress.show(
                        -1,
                        List.of("fetched answers", Human.size(bytes.get())),
                        Long.toString(bytes.get()),
                        pace.nanos());
            }
        };
    }

    public Done run() {
        Semaphore places = new Semaphore(AT_ONCE);
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
                TableFiles table = new TableFiles(folder, "results")) {
            try {
                new ResultRows(bramble, job).forEach(row -> {
                    table.add(row);
                    places.acquireUninterruptibly();
                    running.add(executor.submit(() -> {
                        try {
                            task(row);
                        } finally {
                            places.release();
                        }
                    }));
                    checkEnded(running);
                });
                running.forEach(ResultsDownload::await);
                table.finish();
            } catch (RuntimeException e) {
                executor.shutdownNow();
                throw e;
            }
        } finally {
            progress.clear();
        }
        return done();
    }

    private Done done() {
        return new Done(
                tasks.get(),
                withoutResult.get(),
                files.get(),
                kept.get(),
                bytes.get(),
                refusedCount.get(),
                List.copyOf(refused));
    }

    /** Surfaces the first failure early, and keeps the list short. */
    private static void checkEnded(List<Future<?>> running) {
        running.removeIf(one -> {
            if (one.isDone()) {
                await(one);
            }
            return one.isDone();
        });
    }

    private static void await(Future<?> one) {
        try {
            one.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Failure failure) {
                throw failure;
            }
            throw new IllegalStateException("a download ended oddly", e);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.UNREACHABLE, "interrupted", stop);
        }
    }

    // --- One task ----------------------------------------------------------------------------------------------------

    private void task(JsonNode row) {
        String state = row.path("state").asString("");
        String name = row.path("reduce").asBoolean(false)
                ? "reduce"
                : row.path("task").asString();
        boolean ended = state.equals("succeeded") || state.equals("failed");
        if (!ended || !fetchAll(name)) {
            withoutResult.incrementAndGet();
            return;
        }
        tasks.incrementAndGet();
        progress.show(
                -1,
                List.of(
                        "fetched the results of " + Human.count(tasks.get(), "task"),
                        Human.count(files.get(), "file"),
                        Human.size(bytes.get())),
                Long.toString(tasks.get()),
                pace.nanos());
    }

    private boolean fetchAll(String task) {
        String path = "/jobs/" + job + "/tasks/" + task;
        JsonNode listing;
        try {
            listing = bramble.get(path + "/files?limit=1");
        } catch (Failure failure) {
            if (failure.code() == ExitCode.NOT_FOUND) {
                return false;
            }
            throw failure;
        }
        fetch(task + "/stdout", path + "/stdout", listing.path("stdout"), false);
        if (listing.path("stderr").path("sizeBytes").asLong() > 0) {
            fetch(task + "/stderr", path + "/stderr", listing.path("stderr"), false);
        }
        bramble.list(path + "/files", Long.MAX_VALUE, file -> output(task, path, file));
        return true;
    }

    private void output(String task, String path, JsonNode file) {
        String name = file.path("name").asString("");
        Optional<String> refusal = FileNames.refusal(name);
        if (refusal.isPresent()) {
            refuse("task " + task + ": its output '" + CleanText.line(name) + "' " + refusal.get());
            return;
        }
        String target = RESERVED.contains(name.split("/")[0]) ? "outputs/" + name : name;
        List<String> parts = new ArrayList<>();
        for (String part : name.split("/")) {
            parts.add(Conversation.escaped(part));
        }
        fetch(
                task + "/" + target,
                path + "/files/" + String.join("/", parts),
                file,
                file.path("executable").asBoolean(false));
    }

    private void fetch(String name, String path, JsonNode content, boolean executable) {
        Optional<String> refusal = folder.refusal(name);
        if (refusal.isPresent()) {
            refuse("'" + CleanText.line(name) + "' " + refusal.get());
            return;
        }
        long size = content.path("sizeBytes").asLong();
        Optional<String> sha256 =
                Optional.of(content.path("sha256").asString("")).filter(hash -> !hash.isEmpty());
        // A small file has no hash here; fetching it again costs no more than comparing.
        if (sha256.isPresent() && folder.holds(name, size, sha256.get())) {
            kept.incrementAndGet();
            return;
        }
        try {
            bramble.fetch(path, (body, headers) -> {
                folder.write(name, body, size, sha256, executable);
                return true;
            });
        } catch (Failure failure) {
            // It is gone for good: the others are there.
            if (failure.code() != ExitCode.NOT_FOUND) {
                throw failure;
            }
            refuse("'" + CleanText.line(name) + "': " + failure.getMessage());
            return;
        }
        files.incrementAndGet();
        bytes.addAndGet(size);
    }

    private void refuse(String sentence) {
        if (refusedCount.incrementAndGet() <= REFUSED_SHOWN_MAX) {
            refused.add(sentence);
        }
    }
}
