package dev.bramble.ledger;

import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.Output;
import dev.bramble.model.ShippedFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Says of files of which no node has a copy any more what they were, and what to do. */
public final class LostFiles {
    /** More sentences say nothing new. */
    public static final int SENTENCES_MAX = 10;
    /** Results that are looked through for a lost one; beyond it the sentence names no task. */
    private static final int TASKS_SEARCHED_MAX = 20_000;

    /** Tasks named in one sentence: enough to see which they are. */
    private static final int TASKS_NAMED_MAX = 5;

    private LostFiles() {}

    /** A sentence for each file that this job needs and that is lost, the first {@link #SENTENCES_MAX} of them. */
    public static List<String> sentences(LedgerState state, JobRecord job) {
        List<String> sentences = new ArrayList<>();
        for (BlobId blob : state.blobTable().lost()) {
            if (sentences.size() == SENTENCES_MAX) {
                break;
            }
            if (state.blob(blob).orElseThrow().jobs().contains(job.id())) {
                sentences.add(sentence(job, blob));
            }
        }
        return sentences;
    }

    private static String sentence(JobRecord job, BlobId blob) {
        Optional<ShippedFile> input = job.spec().inputs().stream()
                .filter(file -> file.blob().equals(blob))
                .findFirst();
        if (input.isPresent()) {
            return "the file '" + input.get().name() + "' is lost, every copy of it is gone or damaged: submit the same"
                    + " files again, which uploads it, and this job goes on by itself";
        }
        return result(job, blob).orElse("a result") + " is lost, every copy of it is gone or damaged: submit the job"
                + " again to make it anew";
    }

    /** What of the job's results was in the blob: of many tasks if it is a segment. */
    private static Optional<String> result(JobRecord job, BlobId blob) {
        int searched = Math.min(job.spec().totalTasks(), TASKS_SEARCHED_MAX);
        List<Integer> tasks = new ArrayList<>();
        String first = "";
        for (int task = 0; task < searched; task++) {
            Optional<String> what = job.result(task).flatMap(result -> part(result, blob));
            if (what.isPresent()) {
                first = tasks.isEmpty() ? what.get() : first;
                tasks.add(task);
            }
        }
        if (tasks.size() <= 1) {
            String of = first;
            return tasks.stream().findFirst().map(task -> of + " of task " + task);
        }
        String named =
                tasks.stream().limit(TASKS_NAMED_MAX).map(Object::toString).collect(Collectors.joining(", "));
        int others = tasks.size() - TASKS_NAMED_MAX;
        return Optional.of("what " + tasks.size() + " tasks left (" + named
                + (others > 0 ? " and " + others + " more" : "") + ")");
    }

    private static Optional<String> part(RecordedResult result, BlobId blob) {
        if (isIn(result.stdout(), blob)) {
            return Optional.of("stdout");
        }
        if (isIn(result.stderr(), blob)) {
            return Optional.of("stderr");
        }
        return result.outputs().stream()
                .filter(file -> isIn(file.content(), blob))
                .findFirst()
                .map(file -> "the result '" + file.name() + "'");
    }

    private static boolean isIn(Output output, BlobId blob) {
        return output instanceof Output.SegmentLine line
                ? line.segment().equals(blob)
                : output.stored().filter(stored -> stored.blob().equals(blob)).isPresent();
    }

    /** Jobs that cannot go on, since what their open tasks read is lost; worked out once for each state. */
    public static Set<JobId> stoppedJobs(LedgerState state) {
        return state.stoppedJobs();
    }

    /** The same anew; costs nothing while nothing is lost. */
    static Set<JobId> findStopped(LedgerState state) {
        Set<BlobId> lost = state.blobTable().lost();
        Set<JobId> stopped = new TreeSet<>();
        if (lost.isEmpty()) {
            return stopped;
        }
        Set<JobId> losing = new TreeSet<>();
        lost.forEach(blob -> losing.addAll(state.blob(blob).orElseThrow().jobs()));
        for (JobRecord job : state.activeJobs()) {
            boolean loses = losing.contains(job.id());
            if (loses && (job.phase() == JobPhase.REDUCING || isInput(job, file -> lost.contains(file.blob())))) {
                stopped.add(job.id());
            }
        }
        return stopped;
    }

    private static boolean isInput(JobRecord job, Predicate<ShippedFile> isIt) {
        return job.spec().inputs().stream().anyMatch(isIt);
    }
}
