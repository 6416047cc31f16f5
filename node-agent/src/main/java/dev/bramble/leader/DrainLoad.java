package dev.bramble.leader;

import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a node has that a drain would end, move or copy.
 *
 * @param isUp whether it is there to be asked
 * @param isOnly whether there is no other agent: then nothing is moved
 * @param running attempts that run there
 * @param waiting tasks that wait there
 * @param blobs files that would have too few copies without it; {@code blobBytes} their sizes
 * @param loneBlobs those of them that no other node has
 * @param targets other nodes that could take copies of them
 */
record DrainLoad(
        NodeId node,
        String name,
        boolean isUp,
        boolean isOnly,
        List<Running> running,
        int waiting,
        int blobs,
        long blobBytes,
        int loneBlobs,
        int targets,
        boolean votes,
        boolean leads) {

    /**
     * @param tasks one, or those of a batch
     * @param ran how long it has run
     * @param mean what such an attempt takes in the mean; empty while none has ended
     * @param timeout the longest it may run
     * @param keepsCheckpoints whether it goes on elsewhere where it was stopped
     */
    record Running(
            JobId job, int tasks, Duration ran, Optional<Duration> mean, Duration timeout, boolean keepsCheckpoints) {

        /**
         * Time until it ends. One that has run for longer than its fellows is taken to need as long again; one without
         * fellows ends at its timeout at the latest.
         */
        Duration left() {
            Duration byTimeout = timeout.minus(ran);
            Duration expected = mean.map(each -> ran.compareTo(each) < 0 ? each.minus(ran) : ran)
                    .orElse(byTimeout);
            return expected.compareTo(byTimeout) < 0 ? expected : byTimeout;
        }

        /** Whether nobody can tell when it ends: no fellow of it has ended, and its timeout is beyond the deadline. */
        boolean isUnknown(DrainSpec spec) {
            return mean.isEmpty() && spec.mode() != DrainMode.MOVE && fate(spec) == Fate.RESTARTS;
        }

        /** What becomes of it. */
        Fate fate(DrainSpec spec) {
            boolean atOnce = spec.mode() == DrainMode.MOVE || spec.mode() == DrainMode.CHECKPOINT && keepsCheckpoints;
            if (!atOnce && left().compareTo(spec.deadline()) <= 0) {
                return Fate.FINISHES;
            }
            return keepsCheckpoints ? Fate.CHECKPOINTS : Fate.RESTARTS;
        }

        /** Run time that is lost when it is stopped; nothing where nobody can tell whether it has to be. */
        Duration redone(DrainSpec spec) {
            if (isUnknown(spec)) {
                return Duration.ZERO;
            }
            return switch (fate(spec)) {
                case FINISHES, CHECKPOINTS -> Duration.ZERO;
                case RESTARTS -> spec.mode() == DrainMode.MOVE ? ran : ran.plus(spec.deadline());
            };
        }
    }

    /** How a running attempt leaves the node. */
    enum Fate {
        FINISHES,
        CHECKPOINTS,
        RESTARTS
    }

    long tasks(Fate fate, DrainSpec spec) {
        return running.stream()
                .filter(attempt -> attempt.fate(spec) == fate)
                .mapToLong(Running::tasks)
                .sum();
    }

    /** Tasks of which nobody can tell when they end. */
    long unknown(DrainSpec spec) {
        return running.stream()
                .filter(attempt -> attempt.isUnknown(spec))
                .mapToLong(Running::tasks)
                .sum();
    }

    Duration redone(DrainSpec spec) {
        return running.stream().map(attempt -> attempt.redone(spec)).reduce(Duration.ZERO, Duration::plus);
    }

    /** The one that moves least first: the leadership and votes last, then by lost time, bytes and tasks. */
    static Comparator<DrainLoad> leastFirst(DrainSpec spec) {
        return Comparator.comparing(DrainLoad::leads)
                .thenComparing(DrainLoad::votes)
                .thenComparing(load -> load.redone(spec))
                .thenComparing(DrainLoad::blobBytes)
                .thenComparing(load -> load.running().size() + load.waiting())
                .thenComparing(DrainLoad::name)
                .thenComparing(DrainLoad::node);
    }
}
