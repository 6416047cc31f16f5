package dev.bramble.dashboard.head;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.shutdown.ShutdownJson;
import dev.bramble.model.NodeId;
import dev.bramble.model.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** {@link Views.Summary} as it is sent. */
record SummaryJson(
        String name,
        String ledger,
        long revision,
        Long behindMillis,
        String leader,
        Instant calendar,
        int nodesUp,
        int nodesKnown,
        int voters,
        int jobsActive,
        long tasksWaiting,
        long tasksRunning,
        double tasksPerSecond,
        Views.Files files,
        ShutdownJson shutdown,
        List<String> warnings,
        String headVersion) {
    static SummaryJson of(Views.Summary summary, Optional<Views.ShutdownView> shutdown, Version head) {
        return new SummaryJson(
                summary.name(),
                summary.ledger(),
                summary.revision(),
                Json.knownOrNull(summary.behindMillis()),
                summary.leader().map(NodeId::value).orElse(null),
                summary.calendar()
                        .map(instant -> instant.truncatedTo(ChronoUnit.MILLIS))
                        .orElse(null),
                summary.nodesUp(),
                summary.nodesKnown(),
                summary.voters(),
                summary.jobsActive(),
                summary.tasksWaiting(),
                summary.tasksRunning(),
                Json.rate(summary.tasksPerSecond()),
                summary.files(),
                shutdown.map(ShutdownJson::of).orElse(null),
                summary.warnings(),
                head.text());
    }
}
