package dev.bramble.dashboard.jobs;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Where a job is written: anew, from an example, or from one that was submitted before. */
public final class NewJobPage {
    static final String PATH = "/jobs/new";
    private static final String TEMPLATE = "jobs/new";

    private NewJobPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.JOBS, UserRole.SUBMITTER, NewJobPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        String key = UUID.randomUUID().toString();
        Optional<JobId> from = request.query("from")
                .filter(text -> text.matches("[1-9][0-9]{0,14}"))
                .map(text -> new JobId(Long.parseLong(text)));
        if (from.isPresent()) {
            return control.read(
                    0, views -> content(NewJob.of(Draft.of(spec(views, from.get(), request.visitor()), key))));
        }
        Optional<Example> example = request.query("example").flatMap(Example::of);
        boolean isFile = example.isPresent()
                || request.query("as").filter("file"::equals).isPresent();
        Draft draft = new Draft(isFile, example.map(Example::text).orElse(""), SimpleJob.EMPTY, List.of(), key);
        return CompletableFuture.completedFuture(content(NewJob.of(draft)).kept());
    }

    static Content content(NewJob it) {
        return Content.of("New job", TEMPLATE, it).with("submit.js");
    }

    /** What a job was submitted with, for who may know. For use in a question. */
    static JobSpec spec(Views views, JobId id, Views.Principal visitor) {
        JobId job = JobAddress.findOwn(views, id, visitor).job();
        return views.spec(job)
                .orElseThrow(() -> ScreenRequest.missing(
                        "what job " + id + " was submitted with is not kept any more: write it anew"));
    }
}
