package dev.bramble.dashboard.shutdown;

import dev.bramble.control.Views;
import java.util.List;

/** {@link Views.ShutdownView} as it is sent. */
public record ShutdownJson(
        String reason,
        String by,
        long orderedMillisAgo,
        long deadlineInMillis,
        boolean poweringOff,
        List<String> waitsFor) {
    public static ShutdownJson of(Views.ShutdownView shutdown) {
        return new ShutdownJson(
                shutdown.reason(),
                shutdown.by(),
                shutdown.orderedMillisAgo(),
                shutdown.deadlineInMillis(),
                shutdown.poweringOff(),
                shutdown.waitsFor());
    }
}
