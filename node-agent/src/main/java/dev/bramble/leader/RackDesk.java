package dev.bramble.leader;

import dev.bramble.control.Action;
import dev.bramble.control.racks.RackRules;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.RackRecord;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Takes a new rack layout in, unless somebody else was faster. Event loop of the leader. */
final class RackDesk {
    private final Leader leader;

    RackDesk(Leader leader) {
        this.leader = leader;
    }

    CompletionStage<Long> set(String user, Action.SetRacks set) {
        List<Problem> problems = new ArrayList<>(RackRules.check(set.layout(), leader::name));
        set.layout().places().keySet().stream()
                .filter(node -> leader.state().node(node).isEmpty())
                .forEach(node -> problems.add(new Problem("racks", "there is no node " + node)));
        if (!problems.isEmpty()) {
            throw new RefusedException(
                    new Refusal(Refusal.Kind.INVALID, "the rack layout cannot be kept as it is", problems));
        }
        RackRecord now = leader.state().racks();
        if (set.version() != now.version()) {
            throw changed(now);
        }
        if (set.layout().equals(now.layout())) {
            return CompletableFuture.completedFuture(leader.appliedIndex());
        }
        return leader.append(new Command.SetRacks(set.layout(), set.version(), user))
                .thenApply(index -> {
                    RackRecord after = leader.state().racks();
                    // One that was on its way at the same time may have come first.
                    if (after.version() == now.version() + 1 && !after.layout().equals(set.layout())) {
                        throw changed(after);
                    }
                    return index;
                });
    }

    private static RefusedException changed(RackRecord now) {
        String who = now.version() == 0 ? "nobody has written one yet" : now.by() + " changed it";
        return new RefusedException(
                Refusal.Kind.CONFLICT,
                "the rack layout is at version " + now.version() + " (" + who
                        + "): take that one and make your change in it");
    }
}
