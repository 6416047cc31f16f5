package dev.bramble.dashboard.overview;

import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A deadline to come.
 *
 * @param word how it stands: well, attention (less than a tenth of the time is to spare) or trouble
 * @param left until the deadline
 * @param slack what is to spare at this pace, in words
 */
public record DeadlineRow(String job, String name, String word, String left, String slack) {
    /** What somebody can keep in mind. */
    static final int ROWS_MAX = 5;

    /** Those at greatest risk first; a job whose pace is not known comes by its deadline, after those that are late. */
    static List<DeadlineRow> of(List<Views.JobView> jobs) {
        return jobs.stream()
                .filter(job -> !job.phase().isFinal() && job.deadlineInMillis().isPresent())
                .sorted(Comparator.comparingLong(DeadlineRow::toSpareMillis))
                .limit(ROWS_MAX)
                .map(DeadlineRow::of)
                .toList();
    }

    private static long toSpareMillis(Views.JobView job) {
        return Stream.concat(job.slackMillis().stream(), job.deadlineInMillis().stream())
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    private static DeadlineRow of(Views.JobView job) {
        long left = job.deadlineInMillis().orElseThrow();
        String when = left < 0 ? "was due " + Shown.time(left) + " ago" : "due in " + Shown.time(left);
        return new DeadlineRow(job.job().toString(), job.name(), word(job, left), when, slack(job, left));
    }

    private static String word(Views.JobView job, long left) {
        if (left < 0 || job.slackMillis().orElse(0L) < 0) {
            return "trouble";
        }
        boolean isTight = job.slackMillis().isEmpty() || job.slackMillis().get() < left / 10;
        return isTight ? "attention" : "well";
    }

    private static String slack(Views.JobView job, long left) {
        if (left < 0) {
            return "late";
        }
        if (job.slackMillis().isEmpty()) {
            return "pace not known yet";
        }
        long slack = job.slackMillis().get();
        return slack < 0 ? Shown.time(slack) + " short" : Shown.time(slack) + " to spare";
    }
}
