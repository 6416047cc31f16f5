package dev.bramble.dashboard.watch;

import dev.bramble.control.Views;
import dev.bramble.model.RackLayout;
import dev.bramble.model.Setting;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bramble at one instant, as this head knows it.
 *
 * @param atMillis of this head's monotonic clock; says nothing but how long ago something was
 * @param now bramble time
 * @param calendar the bramble's
 * @param activeJobs the oldest {@link #JOBS_MAX} that have not ended
 * @param racks what feeds the boards, as far as somebody wrote it down
 * @param notes what people said about alerts
 * @param alertSettings values of the settings that begin with {@code alerts.}
 * @param tasksEnded as {@link Views#tasksEnded}
 */
public record Seen(
        long atMillis,
        Moment now,
        Optional<Instant> calendar,
        Views.Summary summary,
        List<Views.NodeView> nodes,
        List<Views.JobView> activeJobs,
        List<Views.VoterView> voters,
        Optional<Views.ShutdownView> shutdown,
        RackLayout racks,
        Views.AlertNotesView notes,
        Map<Setting, Long> alertSettings,
        long tasksEnded) {
    /** Whoever has more is looked after by their age; each costs a microsecond of the head's loop every second. */
    public static final int JOBS_MAX = 1_000;
    /** Three pulses: what is older says nothing about now. */
    private static final Duration FRESH_MAX = Duration.ofSeconds(3);

    /** For use in a question. */
    public static Seen of(Views views, long atMillis) {
        return new Seen(
                atMillis,
                views.now(),
                views.calendar(),
                views.summary(),
                views.nodes(),
                views.activeJobs(JOBS_MAX),
                views.voters(),
                views.shutdown(),
                views.racks().layout(),
                views.alertNotes(),
                settings(views),
                views.tasksEnded());
    }

    private static Map<Setting, Long> settings(Views views) {
        Map<Setting, Long> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            if (setting.key().startsWith("alerts.")) {
                values.put(setting, views.setting(setting));
            }
        }
        return values;
    }

    /** Whether this head heard the bramble then: otherwise what it shows is old. */
    public boolean isFresh() {
        return isFresh(summary);
    }

    /** Whether a head hears the bramble. */
    public static boolean isFresh(Views.Summary summary) {
        return isFresh(summary.behindMillis());
    }

    /** Whether what this head knows of a node is about now. */
    public static boolean isFresh(Views.NodeView node) {
        return node.link() != Views.Link.DOWN && isFresh(node.heardMillisAgo());
    }

    private static boolean isFresh(long ageMillis) {
        return ageMillis >= 0 && ageMillis <= FRESH_MAX.toMillis();
    }
}
