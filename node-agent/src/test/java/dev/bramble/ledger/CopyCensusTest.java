package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.AfterDrain;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CopyCensusTest {
    private static final BlobId BLOB = new BlobId("a".repeat(64));

    private final LedgerState state = new LedgerState();
    private long drains;

    private void apply(Command... commands) {
        state.apply(new Entry(new Moment(1), List.of(commands)));
    }

    private void admit(String... names) {
        for (String name : names) {
            apply(new Command.AdmitNode(NodeRecord.admitted(
                    new NodeId(name), name, NodeRole.AGENT, name, "key of " + name, "root", Moment.FOUNDING)));
        }
    }

    private void hold(String... holders) {
        List<NodeId> nodes = Stream.of(holders).map(NodeId::new).toList();
        apply(new Command.HoldBlob(BLOB, 3, "ann", nodes, new Moment(1_000_000)));
    }

    private void drain(String name) {
        DrainSpec spec =
                new DrainSpec(DrainMode.MOVE, Duration.ofMinutes(1), Duration.ofSeconds(1), AfterDrain.STAY, 1);
        NodeId node = new NodeId(name);
        apply(
                new Command.OrderDrain(++drains, List.of(node), spec, "fan", "ada"),
                new Command.StepDrain(node, drains, NodeStanding.DRAINING, ""));
    }

    private int few(String... down) {
        Set<String> away = Set.of(down);
        return CopyCensus.of(state, node -> !away.contains(node.value())).few();
    }

    @Test
    void aCopyOnANodeThatIsBeingTakenOutDoesNotCount() {
        admit("a", "b", "c");
        hold("a", "b");
        assertThat(few()).isZero();
        drain("b");
        assertThat(few()).isEqualTo(1);
        hold("a", "b", "c");
        assertThat(few()).isZero();
        assertThat(few("c")).isEqualTo(1);
        apply(new Command.CancelDrain(new NodeId("b"), drains, "ada"));
        assertThat(few("c")).isZero();
    }

    @Test
    void noMoreCopiesAreWantedThanNodesStay() {
        admit("a", "b");
        hold("a", "b");
        drain("b");
        assertThat(few()).as("a alone can keep one").isZero();
        drain("a");
        assertThat(few()).as("where all leave, all count").isZero();
        assertThat(few("a")).isEqualTo(1);
    }
}
