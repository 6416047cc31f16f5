package dev.bramble.control;

import dev.bramble.cluster.Message;
import dev.bramble.ledger.DrainRecord;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.ShutdownRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A drain, or the shutdown, as people see it: what the ledger has of it, and how far the leader says that it is. */
final class DrainViews {
    private static final String NOT_SAID =
            "the leader has not said yet whether other nodes still have copies of its files";

    private DrainViews() {}

    /**
     * @param soft what a leader said of it last; empty while none has spoken of it
     * @param hearing whether that leader leads still
     */
    static Views.DrainView of(
            NodeRecord node,
            DrainRecord drain,
            Optional<Message.DrainSoft> soft,
            LeaderWord.Hearing hearing,
            Moment now) {
        boolean isDrained = node.standing() == NodeStanding.DRAINED;
        List<String> waitsFor = waitsFor(node, drain, soft, hearing);
        return new Views.DrainView(
                drain.spec().mode(),
                drain.spec().deadline().toMillis(),
                drain.spec().grace().toMillis(),
                drain.spec().then(),
                drain.spec().maxOut(),
                drain.reason(),
                drain.by(),
                now.since(drain.orderedAt()).toMillis(),
                drain.deadline().map(deadline -> deadline.since(now).toMillis()),
                drain.inPlace(),
                drain.told().isPresent(),
                isDrained || soft.filter(Message.DrainSoft::acknowledged).isPresent(),
                soft.map(Message.DrainSoft::running).orElse(0),
                soft.map(Message.DrainSoft::unsettled).orElse(0),
                soft.map(Message.DrainSoft::blobs).orElse(0),
                soft.map(Message.DrainSoft::blobBytes).orElse(0L),
                soft.map(Message.DrainSoft::etaMillis).orElse(-1L),
                waitsFor,
                isDrained
                        ? waitsFor.isEmpty() ? List.of(node.standingReason()) : List.of()
                        : soft.map(Message.DrainSoft::proof).orElse(List.of()));
    }

    private static List<String> waitsFor(
            NodeRecord node, DrainRecord drain, Optional<Message.DrainSoft> soft, LeaderWord.Hearing hearing) {
        List<String> missing = soft.map(Message.DrainSoft::waitsFor).orElse(List.of());
        return switch (node.standing()) {
            case MAINTENANCE, RETURNING ->
                soft.filter(word -> word.standing().equals(Optional.of(node.standing())))
                        .map(Message.DrainSoft::waitsFor)
                        .orElse(List.of(node.standingReason()));
            // It did not come back well from its reboot, or did not go down as it was told: the reason says it.
            case CORDONED -> drain.hasBegun() ? List.of(node.standingReason()) : missing;
            // What cannot be killed, and what to do about it, comes before all else that is missing.
            case QUARANTINED -> drain.hasBegun() ? withFirst(node.standingReason(), missing) : missing;
            case DRAINED -> drain.inPlace() ? List.of() : missingSince(soft, hearing);
            case READY, DRAINING, EXPIRED -> missing;
        };
    }

    /**
     * What has become missing since it was drained. Only who leads now knows whether others still have copies of all it
     * holds, and a word of a moment ago may be of the step before: what nobody has said is not known, never safe.
     */
    private static List<String> missingSince(Optional<Message.DrainSoft> soft, LeaderWord.Hearing hearing) {
        return switch (hearing) {
            case NOBODY ->
                List.of("this head hears no leader: whether other nodes still have copies of its files is"
                        + " not known");
            case NOT_YET -> List.of(NOT_SAID);
            case CURRENT ->
                soft.filter(word -> word.standing().equals(Optional.of(NodeStanding.DRAINED)))
                        .map(Message.DrainSoft::waitsFor)
                        .orElse(List.of(NOT_SAID));
        };
    }

    private static List<String> withFirst(String sentence, List<String> others) {
        List<String> all = new ArrayList<>(others);
        all.addFirst(sentence);
        return all;
    }

    static Views.ShutdownView of(ShutdownRecord ordered, Message.SoftState soft, Optional<NodeId> leader, Moment now) {
        // What a leader said that is gone is not how it is.
        List<String> waitsFor = leader.isPresent()
                ? soft.shutdownWaitsFor().orElse(List.of())
                : List.of("no node leads at this moment");
        return new Views.ShutdownView(
                ordered.reason(),
                ordered.by(),
                now.since(ordered.orderedAt()).toMillis(),
                ordered.deadline().since(now).toMillis(),
                ordered.poweringOff().isPresent(),
                waitsFor);
    }
}
