package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.RackLayout;
import dev.bramble.model.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@link Views.NodeView} as it is sent. */
record NodeJson(
        String node,
        String name,
        String role,
        String link,
        Long heardMillisAgo,
        String standing,
        String standingReason,
        String standingBy,
        long standingMillisAgo,
        DrainJson drain,
        List<String> flags,
        double flapping,
        boolean voter,
        boolean leader,
        String boardSerial,
        Capacity capacity,
        HealthJson health,
        int runningTasks,
        int heldTasks,
        Double roundTripMillis,
        long blobs,
        long blobBytes,
        int copying,
        Located located,
        String place,
        String supply) {

    record Located(long leftMillis, String by) {}

    record Capacity(int milliCpus, long memoryBytes, Map<String, String> labels, String privilege, String release) {
        static Capacity of(NodeCapacity capacity) {
            return new Capacity(
                    capacity.milliCpus(),
                    capacity.memoryBytes(),
                    capacity.labels(),
                    capacity.privilege(),
                    capacity.release().orElse(null));
        }
    }

    /**
     * What is known of nodes besides themselves.
     *
     * @param cardBears what a card bears, all in all, bytes
     * @param places where boards stand, in words
     * @param supplies the power supply of each board that has a known one
     */
    record Around(double cardBears, Map<NodeId, String> places, Map<NodeId, String> supplies) {
        static Around of(Views views) {
            RackLayout layout = views.racks().layout();
            Map<NodeId, String> places = new HashMap<>();
            layout.places().forEach((node, place) -> places.put(node, layout.written(place)));
            return new Around(views.setting(Setting.ALERTS_CARD_WRITTEN), places, layout.supplyOfNode());
        }
    }

    static NodeJson of(Views.NodeView node, Around around) {
        return new NodeJson(
                node.node().value(),
                node.name(),
                Words.of(node.role()),
                Words.of(node.link()),
                Json.knownOrNull(node.heardMillisAgo()),
                Words.of(node.standing()),
                node.standingReason(),
                node.standingBy(),
                node.standingMillisAgo(),
                node.drain().map(drain -> DrainJson.of(node, drain)).orElse(null),
                node.flags().stream().map(Words::of).toList(),
                Json.rate(node.flapping()),
                node.voter(),
                node.leader(),
                node.boardSerial(),
                node.capacity().map(Capacity::of).orElse(null),
                node.health()
                        .map(health -> HealthJson.of(health, around.cardBears()))
                        .orElse(null),
                node.runningTasks(),
                node.heldTasks(),
                Json.knownOrNull(node.roundTripMillis()),
                node.blobs(),
                node.blobBytes(),
                node.copying(),
                node.located()
                        .map(each -> new Located(each.leftMillis(), each.by()))
                        .orElse(null),
                around.places().get(node.node()),
                around.supplies().get(node.node()));
    }
}
