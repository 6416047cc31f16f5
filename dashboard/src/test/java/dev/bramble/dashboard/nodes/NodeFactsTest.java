package dev.bramble.dashboard.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NodeFactsTest {
    @Test
    void whatKeepsTasksApartIsToldInWordsAndNotInConstants() {
        assertThat(NodeFacts.privilege("OWN_UID: each task has a user; not BOARD: there is no cgroup"))
                .isEqualTo("users of their own: each task has a user; not users and limits of a board: there is no"
                        + " cgroup");
    }
}
