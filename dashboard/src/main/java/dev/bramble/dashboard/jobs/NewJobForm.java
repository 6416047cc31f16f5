package dev.bramble.dashboard.jobs;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.jobfile.DeadlineCalendar;
import dev.bramble.control.jobfile.JobLimits;
import dev.bramble.control.jobfile.JobReading;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.FileNames;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Problem;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.UserRole;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Uploads files for a job that is being written, says what submitting it would do, and submits it. */
public final class NewJobForm {
    /** Sent at once without scripts; with them files go one by one, as many as a job may have. */
    static final int FILES_AT_ONCE_MAX = 64;
    /** A job file of the largest size, and a line of some 100 bytes for each of its files. */
    static final int FIELDS_BYTES_MAX = JobLimits.JOB_FILE_BYTES_MAX + JobLimits.FILES_MAX * 200;

    private static final String DROP = "drop-";

    private NewJobForm() {}

    public static FormScreen form() {
        return new FormScreen(NewJobPage.PATH, Section.JOBS, UserRole.SUBMITTER, NewJobForm::handle)
                .withBytesMax(FIELDS_BYTES_MAX)
                .withFilesMax(FILES_AT_ONCE_MAX);
    }

    private static FormScreen.Outcome handle(FormRequest request) {
        String wanted = request.field("do");
        List<Problem> problems = new ArrayList<>();
        request.fileTroubles().forEach(trouble -> problems.add(new Problem("files", trouble)));
        Draft draft = draft(request, wanted, problems);
        if (!problems.isEmpty()) {
            return again(422, NewJob.of(draft).wrong("Not all files were taken", problems, ""));
        }
        return switch (wanted) {
            case "check" -> check(request, draft);
            case "submit" -> submit(request, draft);
            case "as-file" -> asFile(draft);
            default -> again(200, NewJob.of(draft).said(said(request)));
        };
    }

    private static String said(FormRequest request) {
        return request.files().isEmpty()
                ? ""
                : "Uploaded: "
                        + String.join(
                                ", ",
                                request.files().stream()
                                        .map(file -> file.name())
                                        .toList())
                        + ".";
    }

    private static FormScreen.Outcome again(int status, NewJob it) {
        return new FormScreen.Outcome.Again(status, NewJobPage.content(it));
    }

    private static Draft draft(FormRequest request, String wanted, List<Problem> problems) {
        List<DraftFile> files = new ArrayList<>();
        int index = 0;
        for (String field : request.all("file")) {
            Optional<DraftFile> file = DraftFile.read(field);
            if (!wanted.equals(DROP + index)) {
                file.ifPresent(files::add);
            }
            index++;
        }
        request.files().forEach(sent -> {
            Optional<String> refusal = FileNames.refusal(sent.name());
            refusal.ifPresent(why -> problems.add(new Problem("files", "'" + sent.name() + "' " + why)));
            if (refusal.isEmpty()) {
                // A newer one with the same name takes the place of the older.
                files.removeIf(known -> known.file().name().equals(sent.name()));
                files.add(DraftFile.of(sent));
            }
        });
        if (files.size() > JobLimits.FILES_MAX) {
            problems.add(new Problem(
                    "files", "are more than the " + JobLimits.FILES_MAX + " of a job: pack them into an archive"));
        }
        String key = request.field("key");
        return new Draft(
                request.field("as").equals("file"),
                // Browsers send line ends of their own.
                request.raw("text").replace("\r\n", "\n"),
                SimpleJob.read(request::raw, request.isTicked("shell")),
                List.copyOf(files),
                key.matches("[A-Za-z0-9-]{1,64}") ? key : UUID.randomUUID().toString());
    }

    private static FormScreen.Outcome asFile(Draft draft) {
        Problems problems = new Problems();
        String text = draft.simple().written(draft.names(), problems);
        if (!problems.isEmpty()) {
            return again(422, NewJob.of(draft).wrong(sentence(problems.list()), problems.list(), ""));
        }
        return again(200, NewJob.of(new Draft(true, text, draft.simple(), draft.files(), draft.key())));
    }

    private record Known(List<Problem> missing, List<Views.NodeView> nodes) {}

    private static FormScreen.Outcome check(FormRequest request, Draft draft) {
        Draft.Read read = draft.read(calendar(request));
        return switch (read.reading()) {
            case JobReading.Refused refused -> wrong(draft, refused.problems(), read.text());
            case JobReading.Accepted accepted -> {
                Known known = request.read(
                        views -> new Known(missing(views, request.visitor(), accepted.spec()), views.nodes()));
                yield known.missing().isEmpty()
                        ? again(200, NewJob.of(draft).checked(DryRun.of(accepted.spec(), read.unused(), known.nodes())))
                        : wrong(draft, known.missing(), "");
            }
        };
    }

    private static FormScreen.Outcome submit(FormRequest request, Draft draft) {
        Draft.Read read = draft.read(calendar(request));
        return switch (read.reading()) {
            case JobReading.Refused refused -> wrong(draft, refused.problems(), read.text());
            case JobReading.Accepted accepted -> submit(request, draft, accepted.spec());
        };
    }

    private static FormScreen.Outcome submit(FormRequest request, Draft draft, JobSpec spec) {
        String hash = sha256(JobDocument.write(spec));
        // The form sent twice is one job; the form changed and sent again is another.
        String key = draft.key() + "-" + hash.substring(0, 16);
        try {
            Control.Done done = request.act(new Action.SubmitJob(spec, key, hash));
            JobId job =
                    done.job().orElseThrow(() -> new IllegalStateException("the leader took a job without a number"));
            request.readAfter(done, views -> views.revision());
            return new FormScreen.Outcome.Go("/jobs/" + job, "Job " + job + " is submitted.");
        } catch (ProblemException refused) {
            return again(refused.status(), NewJob.of(draft).wrong(refused.getMessage(), refused.problems(), ""));
        }
    }

    private static FormScreen.Outcome wrong(Draft draft, List<Problem> problems, String written) {
        return again(422, NewJob.of(draft).wrong(sentence(problems), problems, written));
    }

    private static String sentence(List<Problem> problems) {
        return problems.size() == 1
                ? "One thing is wrong with this job"
                : problems.size() + " things are wrong with this job";
    }

    private static List<Problem> missing(Views views, Views.Principal user, JobSpec spec) {
        List<Problem> missing = new ArrayList<>();
        for (ShippedFile file : JobDocument.files(spec)) {
            if (missing.size() < Problems.PROBLEMS_MAX && !views.has(user, file.blob())) {
                missing.add(new Problem(file.name(), "is not here any more, or not yours: upload it again"));
            }
        }
        return missing;
    }

    private static DeadlineCalendar calendar(FormRequest request) {
        return DeadlineCalendar.of(() -> request.read(Views::deadlineCalendar));
    }

    private static String sha256(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
