package dev.bramble.dashboard.jobs;

import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Address;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import java.util.Optional;

/**
 * Which jobs the list shows.
 *
 * @param before only older ones: the page
 */
public record JobFilter(
        Optional<JobPhase> phase, Optional<String> owner, boolean needsAttention, Optional<JobId> before) {

    /** Numbers of jobs are far below. */
    private static final long JOB_MAX = 999_999_999_999_999L;

    static JobFilter of(ScreenRequest request) {
        long before = request.number("before", 1, JOB_MAX, 0);
        return new JobFilter(
                request.query("phase").flatMap(word -> Words.read(JobPhase.class, word)),
                request.query("owner"),
                request.query("attention").isPresent(),
                before == 0 ? Optional.empty() : Optional.of(new JobId(before)));
    }

    /** Whether it shows all there is, from the newest. */
    boolean isOpen() {
        return phase.isEmpty() && owner.isEmpty() && !needsAttention;
    }

    String url() {
        return new Address("/jobs")
                .with("phase", phase.map(Words::of).orElse(""))
                .with("owner", owner.orElse(""))
                .with("attention", needsAttention)
                .with("before", before.map(JobId::toString).orElse(""))
                .toString();
    }

    JobFilter withPhase(Optional<JobPhase> only) {
        return new JobFilter(only, owner, needsAttention, Optional.empty());
    }

    JobFilter withOwner(Optional<String> only) {
        return new JobFilter(phase, only, needsAttention, Optional.empty());
    }

    JobFilter withAttention(boolean only) {
        return new JobFilter(phase, owner, only, Optional.empty());
    }

    JobFilter olderThan(Optional<JobId> job) {
        return new JobFilter(phase, owner, needsAttention, job);
    }
}
