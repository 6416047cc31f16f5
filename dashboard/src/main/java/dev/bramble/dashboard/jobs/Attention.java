package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.JobPhase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Why somebody should look at a job.
 *
 * @param word attention or trouble: of the icon and the colour
 * @param text a few words
 */
public record Attention(String word, String text) {
    /** A job that failed longer ago was seen, or nobody waits for it. */
    static final Duration FAILED_AGO_MAX = Duration.ofDays(1);

    /** Empty for a job that nobody needs to look at. */
    static List<Attention> of(Views.JobView job) {
        List<Attention> all = new ArrayList<>();
        boolean isFinal = job.phase().isFinal();
        long endedMillisAgo = job.submittedMillisAgo() - job.elapsedMillis();
        if (job.phase() == JobPhase.FAILED && endedMillisAgo <= FAILED_AGO_MAX.toMillis()) {
            all.add(new Attention(
                    "trouble",
                    job.failed() > 0 ? Shown.counted(job.failed(), "task failed", "tasks failed") : "look why"));
        }
        if (!isFinal && job.failed() > 0) {
            all.add(new Attention("trouble", Shown.counted(job.failed(), "task failed", "tasks failed")));
        }
        if (!job.lostFiles().isEmpty()) {
            all.add(new Attention("trouble", "files lost"));
        }
        if (!isFinal && job.late()) {
            all.add(new Attention("trouble", "late"));
        } else if (job.slackMillis().filter(slack -> slack < 0).isPresent()) {
            all.add(new Attention("attention", "will be late"));
        }
        if (!isFinal && job.waitingBecause().startsWith("no node")) {
            all.add(new Attention("attention", "cannot run now"));
        }
        if (job.underReplicated() > 0) {
            all.add(new Attention("attention", "one copy only"));
        }
        return List.copyOf(all);
    }
}
