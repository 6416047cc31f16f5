package dev.bramble.scheduler;

import dev.bramble.model.NodeId;
import java.util.Set;

/**
 * What earlier losses of a task mean for where it may run: it may be what took those nodes down.
 *
 * @param barred nodes that may not have it now
 * @param isSuspect whether it may be to blame for a loss
 * @param isLastChance whether its next loss puts it aside: beside another suspect it could be blamed for what that did
 */
public record Suspicion(Set<NodeId> barred, boolean isSuspect, boolean isLastChance) {
    public static final Suspicion NONE = new Suspicion(Set.of(), false, false);
}
