package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.Words;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** {@link Views.JobView} as it is sent. */
record JobJson(
        long job,
        String name,
        String owner,
        String phase,
        int tasks,
        int succeeded,
        int failed,
        int running,
        boolean hasReduce,
        boolean filter,
        double tasksPerSecond,
        Long etaMillis,
        long submittedMillisAgo,
        Instant submitted,
        long elapsedMillis,
        Long deadlineInMillis,
        boolean late,
        Long slackMillis,
        String waitingBecause,
        String endedBecause,
        int underReplicated,
        List<String> lostFiles) {
    /** @param isOwners whether what the job was given may be named */
    static JobJson of(Views.JobView job, boolean isOwners) {
        return new JobJson(
                job.job().number(),
                job.name(),
                job.owner(),
                Words.of(job.phase()),
                job.tasks(),
                job.succeeded(),
                job.failed(),
                job.running(),
                job.hasReduce(),
                job.filter(),
                Json.rate(job.tasksPerSecond()),
                Json.knownOrNull(job.etaMillis()),
                job.submittedMillisAgo(),
                job.submitted()
                        .map(instant -> instant.truncatedTo(ChronoUnit.MILLIS))
                        .orElse(null),
                job.elapsedMillis(),
                job.deadlineInMillis().orElse(null),
                job.late(),
                job.slackMillis().orElse(null),
                job.waitingBecause(),
                job.endedBecause(),
                job.underReplicated(),
                isOwners ? job.lostFiles() : List.of());
    }
}
