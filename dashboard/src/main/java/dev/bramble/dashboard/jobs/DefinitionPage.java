package dev.bramble.dashboard.jobs;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A job as it was submitted. */
public final class DefinitionPage {
    /** What a person looks through; the rest is counted. */
    static final int FILES_SHOWN_MAX = 200;

    private DefinitionPage() {}

    public static Screen screen() {
        return new Screen("/jobs/{job}/definition", Section.JOBS, UserRole.SUBMITTER, DefinitionPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        JobId job = JobAddress.job(request);
        return control.read(0, views -> content(Definition.of(views, job, request.visitor())));
    }

    private static Content content(Definition it) {
        return Content.of("Definition of job " + it.tabs().job(), "jobs/definition", it);
    }

    /** A file that the job was given. */
    public record File(String name, String size, String hash, boolean isProgram) {}

    /** All that the page shows. */
    public record Definition(JobTabs tabs, String text, List<File> files, int moreFiles) {
        static Definition of(Views views, JobId id, Views.Principal visitor) {
            JobSpec spec = NewJobPage.spec(views, id, visitor);
            List<ShippedFile> inputs = spec.inputs();
            return new Definition(
                    JobTabs.of(JobAddress.find(views, id), true, "definition"),
                    JobText.of(spec),
                    inputs.stream()
                            .limit(FILES_SHOWN_MAX)
                            .map(file -> new File(
                                    file.name(),
                                    Shown.bytes(file.sizeBytes()),
                                    file.blob().sha256(),
                                    file.executable()))
                            .toList(),
                    Math.max(0, inputs.size() - FILES_SHOWN_MAX));
        }
    }
}
