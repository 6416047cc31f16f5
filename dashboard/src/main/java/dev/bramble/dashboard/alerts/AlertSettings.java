package dev.bramble.dashboard.alerts;

import dev.bramble.model.NodeId;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Who is told of alerts, by the head's own configuration; the same on every head, so that it matters not which one
 * tells.
 *
 * @param self this head; empty where it is the only one
 * @param head its name
 * @param webhook gets a JSON document for each message
 * @param mailCommand program and arguments that take a message on stdin; empty for none. No shell reads it.
 */
public record AlertSettings(Optional<NodeId> self, String head, Optional<URI> webhook, List<String> mailCommand) {
    /** Nobody is told. */
    public static final AlertSettings NONE = new AlertSettings(Optional.empty(), "head", Optional.empty(), List.of());
}
