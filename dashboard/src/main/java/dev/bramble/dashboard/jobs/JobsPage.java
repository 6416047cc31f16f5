package dev.bramble.dashboard.jobs;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Choice;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** All jobs, newest first. */
public final class JobsPage {
    /** A page of them: what a person looks through, written anew each second while something changes. */
    static final int ROWS_MAX = 50;
    /** Looked at for those that need attention: some milliseconds of the head's event loop. */
    static final int LOOKED_AT_MAX = 1000;

    private static final String TEMPLATE = "jobs/jobs";

    private JobsPage() {}

    public static Screen screen() {
        return new Screen("/jobs", Section.JOBS, JobsPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        JobFilter filter = JobFilter.of(request);
        return control.read(0, views -> content(JobsList.of(views, filter, request.visitor())));
    }

    private static Content content(JobsList it) {
        return Content.of("Jobs", TEMPLATE, it)
                .live(Part.list("jobs", TEMPLATE, "jobs", it, it.jobs(), "job", job -> "job-" + job.job()));
    }

    /**
     * All that the page shows.
     *
     * @param choices whose jobs; {@code phases} which of them
     * @param nothing what to say when there is no job to show
     * @param older where older ones are; empty when there are none
     * @param newest where the first page is; empty on it
     */
    public record JobsList(
            List<JobRow> jobs,
            List<Choice> choices,
            List<Choice> phases,
            boolean maySubmit,
            boolean isOpen,
            String nothing,
            String older,
            String newest) {

        static JobsList of(Views views, JobFilter filter, Views.Principal visitor) {
            Found found = find(views, filter);
            return new JobsList(
                    found.jobs().stream().map(JobRow::of).toList(),
                    choices(filter, visitor),
                    phases(filter),
                    visitor.may(UserRole.SUBMITTER),
                    filter.isOpen(),
                    nothing(filter, visitor),
                    found.olderThan()
                            .map(job -> filter.olderThan(Optional.of(job)).url())
                            .orElse(""),
                    filter.before().isPresent()
                            ? filter.olderThan(Optional.empty()).url()
                            : "");
        }

        private record Found(List<Views.JobView> jobs, Optional<JobId> olderThan) {}

        private static Found find(Views views, JobFilter filter) {
            int looked = filter.needsAttention() ? LOOKED_AT_MAX : ROWS_MAX + 1;
            List<Views.JobView> all = views.jobs(filter.before(), looked, filter.phase(), filter.owner());
            List<Views.JobView> wanted = filter.needsAttention()
                    ? all.stream().filter(job -> !Attention.of(job).isEmpty()).toList()
                    : all;
            if (wanted.size() > ROWS_MAX) {
                return new Found(
                        wanted.subList(0, ROWS_MAX),
                        Optional.of(wanted.get(ROWS_MAX - 1).job()));
            }
            boolean isMore = filter.needsAttention() && all.size() == looked;
            return new Found(wanted, isMore ? Optional.of(all.getLast().job()) : Optional.empty());
        }

        private static List<Choice> choices(JobFilter filter, Views.Principal visitor) {
            List<Choice> all = new ArrayList<>();
            Optional<String> own = Optional.of(visitor.user());
            JobFilter everybody = filter.withOwner(Optional.empty()).withAttention(false);
            all.add(new Choice(
                    "show-all", "All", everybody.url(), filter.owner().isEmpty() && !filter.needsAttention()));
            all.add(new Choice(
                    "show-own",
                    "Mine",
                    filter.withOwner(own).withAttention(false).url(),
                    filter.owner().equals(own) && !filter.needsAttention()));
            filter.owner()
                    .filter(user -> !user.equals(visitor.user()))
                    .ifPresent(user -> all.add(new Choice("show-owner", "Of " + user, filter.url(), true)));
            all.add(new Choice(
                    "show-attention",
                    "Needs attention",
                    filter.withAttention(!filter.needsAttention()).url(),
                    filter.needsAttention()));
            return all;
        }

        private static List<Choice> phases(JobFilter filter) {
            List<Choice> all = new ArrayList<>();
            all.add(new Choice(
                    "phase-any",
                    "any phase",
                    filter.withPhase(Optional.empty()).url(),
                    filter.phase().isEmpty()));
            Arrays.stream(JobPhase.values())
                    .map(phase -> new Choice(
                            "phase-" + Words.of(phase),
                            Words.of(phase),
                            filter.withPhase(Optional.of(phase)).url(),
                            filter.phase().equals(Optional.of(phase))))
                    .forEach(all::add);
            return all;
        }

        private static String nothing(JobFilter filter, Views.Principal visitor) {
            if (filter.needsAttention()) {
                return "No job needs attention.";
            }
            if (!filter.isOpen() || filter.before().isPresent()) {
                return "No job is like that.";
            }
            return visitor.may(UserRole.SUBMITTER)
                    ? "No job has been submitted yet: begin with an example, or with a command of yours."
                    : "No job has been submitted yet.";
        }
    }
}
