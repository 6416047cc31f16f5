package dev.bramble.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.NodeId;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeIdsTest {
    @Test
    void anIdRemindsOfTheName() {
        assertThat(NodeIds.fresh("Pi_Kitchen.local", id -> false, new Random(1)).value())
                .matches("pi-kitchen-local-[a-z0-9]{6}");
        assertThat(NodeIds.fresh("--", id -> false, new Random(1)).value()).matches("node-[a-z0-9]{6}");
        assertThat(NodeIds.fresh("x".repeat(63), id -> false, new Random(1)).value())
                .hasSize(32);
    }

    @Test
    void aTakenIdIsNeverGiven() {
        Set<NodeId> taken = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            // The same seed each time: every earlier id is proposed again first.
            assertThat(taken.add(NodeIds.fresh("pi", taken::contains, new Random(3))))
                    .isTrue();
        }
        assertThat(taken).hasSize(50);
    }

    @Test
    void aBrokenSourceOfChanceEndsInAnErrorNotInALoop() {
        assertThatThrownBy(() -> NodeIds.fresh("pi", id -> true, new Random(1)))
                .isInstanceOf(IllegalStateException.class);
    }
}
