package dev.bramble.dashboard.jobs;

import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
        List<String> parts = new ArrayList<>();
        phase.ifPresent(only -> parts.add("phase=" + Words.of(only)));
        owner.ifPresent(user -> parts.add("owner=" + URLEncoder.encode(user, StandardCharsets.UTF_8)));
        if (needsAttention) {
            parts.add("attention=1");
        }
        before.ifPresent(job -> parts.add("before=" + job));
        return parts.isEmpty() ? "/jobs" : "/jobs?" + String.join("&", parts);
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
