package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** All that the page of a job shows. */
public record JobSheet(Head head, JobFailures failures, StreamSheet stream, List<Event> events, String owner) {
    /** What a person reads of a job's history; the page of events has all. */
    static final int EVENTS_MAX = 20;

    private static final DateTimeFormatter INSTANT =
            DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** A figure and what it counts. */
    public record Figure(String label, String value) {}

    /** Something that happened to the job. */
    public record Event(String word, String when, String text) {}

    /**
     * What stands first, and what may be done.
     *
     * @param tabs ways to the job's other pages
     * @param gridTasks how many tasks the grid shows, the reduce among them
     * @param reduceIndex which of them is the reduce; −1 for none
     * @param retryLabel what trying again would do; empty when nothing can be tried again
     * @param notYours why there is less here than the owner sees; empty for who sees all
     */
    public record Head(
            JobTabs tabs,
            String job,
            String name,
            String phase,
            List<Attention> attention,
            Progress progress,
            List<Figure> figures,
            String note,
            List<String> troubles,
            int gridTasks,
            int reduceIndex,
            boolean isActive,
            boolean hasFailed,
            boolean mayCancel,
            String retryLabel,
            boolean mayRemove,
            boolean isFilter,
            String notYours) {}

    static JobSheet of(Views views, JobId id, Views.Principal visitor) {
        Views.JobView job = JobAddress.find(views, id);
        boolean isOwners = JobAddress.owns(visitor, job);
        List<Event> events = views
                .events(
                        OptionalLong.empty(),
                        EVENTS_MAX,
                        new Views.EventFilter(Optional.empty(), Optional.of(id), Optional.empty(), false))
                .reversed()
                .stream()
                .map(JobSheet::event)
                .toList();
        return new JobSheet(
                head(views, job, isOwners),
                JobFailures.of(views, job, isOwners),
                StreamSheet.of(views, job),
                events,
                job.owner());
    }

    private static Event event(Views.EventView event) {
        boolean isWarning = event.kind().weight() == EventKind.Weight.WARNING;
        return new Event(
                isWarning ? "attention" : "news", Shown.time(event.millisAgo()) + " ago", Shown.sentence(event.text()));
    }

    private static Head head(Views views, Views.JobView job, boolean isOwners) {
        boolean isFinal = job.phase().isFinal();
        boolean mayRetry = isOwners && (job.phase() == JobPhase.FAILED || job.phase() == JobPhase.CANCELLED);
        int all = views.spec(job.job()).map(spec -> spec.totalTasks()).orElse(job.tasks());
        return new Head(
                JobTabs.of(job, isOwners, "progress"),
                job.job().toString(),
                job.name(),
                Words.of(job.phase()),
                Attention.of(job),
                Progress.of(job),
                figures(job),
                JobRow.note(job),
                troubles(job, isOwners),
                all,
                job.hasReduce() ? all - 1 : -1,
                !isFinal,
                job.failed() > 0,
                isOwners && !isFinal,
                mayRetry ? retryLabel(job) : "",
                isOwners && isFinal,
                job.filter(),
                isOwners
                        ? ""
                        : "This job belongs to " + job.owner()
                                + ": what it was given and what it left is for its owner and for operators.");
    }

    private static String retryLabel(Views.JobView job) {
        return job.phase() == JobPhase.CANCELLED
                ? "Go on with what is left"
                : "Try " + Shown.counted(Math.max(1, job.failed()), "failed task", "failed tasks") + " again";
    }

    private static List<Figure> figures(Views.JobView job) {
        List<Figure> all = new ArrayList<>();
        all.add(new Figure("owner", job.owner()));
        all.add(new Figure(
                "submitted",
                Shown.time(job.submittedMillisAgo()) + " ago"
                        + job.submitted()
                                .map(at -> " (" + INSTANT.format(at) + ")")
                                .orElse("")));
        if (job.phase().isFinal()) {
            all.add(new Figure("took", Shown.time(job.elapsedMillis())));
        } else {
            all.add(new Figure("time left", job.etaMillis() < 0 ? "not known yet" : Shown.about(job.etaMillis())));
            all.add(new Figure("tasks a second", Shown.rate(Json.rate(job.tasksPerSecond()))));
        }
        String deadline = JobRow.deadline(job);
        if (!deadline.isEmpty()) {
            all.add(new Figure("deadline", deadline));
        }
        return List.copyOf(all);
    }

    private static List<String> troubles(Views.JobView job, boolean isOwners) {
        List<String> all = new ArrayList<>();
        if (isOwners) {
            job.lostFiles().forEach(sentence -> all.add(Shown.sentence(sentence)));
        } else if (!job.lostFiles().isEmpty()) {
            all.add("Files of this job are lost.");
        }
        if (job.underReplicated() > 0) {
            all.add(Shown.counted(job.underReplicated(), "of its files has", "of its files have")
                    + " fewer copies than they should: more are made as soon as nodes can take them.");
        }
        return List.copyOf(all);
    }
}
