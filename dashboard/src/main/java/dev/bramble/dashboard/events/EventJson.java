package dev.bramble.dashboard.events;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Toll;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** {@link Views.EventView} as it is sent. */
record EventJson(
        long number,
        String kind,
        String weight,
        long millisAgo,
        Instant at,
        String node,
        String name,
        Long job,
        Integer task,
        String by,
        String text,
        TollJson toll) {
    /** {@link Toll} as it is sent. */
    record TollJson(int tasks, long workMillis) {}

    static EventJson of(Views.EventView event) {
        return new EventJson(
                event.number(),
                Words.of(event.kind()),
                Words.of(event.kind().weight()),
                event.millisAgo(),
                event.at()
                        .map(instant -> instant.truncatedTo(ChronoUnit.MILLIS))
                        .orElse(null),
                event.nodeId().map(NodeId::value).orElse(null),
                event.nodeId().isPresent() ? event.node() : null,
                event.job().map(JobId::number).orElse(null),
                event.task() < 0 ? null : event.task(),
                event.by(),
                event.text(),
                event.toll()
                        .map(toll -> new TollJson(toll.tasks(), toll.workMillis()))
                        .orElse(null));
    }
}
