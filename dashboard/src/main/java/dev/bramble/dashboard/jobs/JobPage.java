package dev.bramble.dashboard.jobs;

import dev.bramble.control.Control;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.JobId;
import java.util.concurrent.CompletionStage;

/** How a job goes, and what went wrong. */
public final class JobPage {
    private static final String TEMPLATE = "jobs/job";
    private static final String STREAM = "jobs/stream";

    private JobPage() {}

    public static Screen screen() {
        return new Screen("/jobs/{job}", Section.JOBS, JobPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        JobId job = JobAddress.job(request);
        return control.read(0, views -> content(JobSheet.of(views, job, request.visitor())));
    }

    private static Content content(JobSheet it) {
        return Content.of(it.head().name(), TEMPLATE, it)
                .live(
                        Part.of("job-head", TEMPLATE, "head", it.head()),
                        Part.of("failures", TEMPLATE, "failures", it.failures()),
                        Part.of("stream-words", STREAM, "words", it.stream()),
                        Part.of("stream-table", STREAM, "newest", it.stream()),
                        Part.of("job-events", TEMPLATE, "events", it.events()))
                .with("paint.js")
                .with("stream.js")
                .with("grid.js");
    }
}
