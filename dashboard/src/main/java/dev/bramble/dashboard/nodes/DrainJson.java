package dev.bramble.dashboard.nodes;

import dev.bramble.control.DrainWords;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.http.Words;
import java.util.List;

/** A node's {@link Views.DrainView} as it is sent. */
record DrainJson(
        String node,
        String name,
        String standing,
        boolean safeToUnplug,
        boolean stoppedInPlace,
        boolean told,
        String mode,
        long deadlineMillis,
        long graceMillis,
        String then,
        int maxOut,
        String reason,
        String by,
        long orderedMillisAgo,
        Long deadlineInMillis,
        boolean acknowledged,
        int running,
        int unsettled,
        int blobs,
        long blobBytes,
        Long etaMillis,
        List<String> waitsFor,
        List<String> proof) {

    static DrainJson of(Views.NodeView node, Views.DrainView drain) {
        return new DrainJson(
                node.node().value(),
                node.name(),
                Words.of(node.standing()),
                node.isSafeToUnplug(),
                drain.stoppedInPlace(),
                drain.told(),
                Words.of(drain.mode()),
                drain.deadlineMillis(),
                drain.graceMillis(),
                Words.of(drain.then()),
                drain.maxOut(),
                drain.reason(),
                drain.by(),
                drain.orderedMillisAgo(),
                drain.deadlineInMillis().orElse(null),
                drain.acknowledged(),
                drain.running(),
                drain.unsettled(),
                drain.blobs(),
                drain.blobBytes(),
                Json.knownOrNull(drain.etaMillis()),
                drain.waitsFor(),
                DrainWords.proof(drain));
    }
}
