package dev.bramble.cluster.jgroups;

import static dev.bramble.cluster.jgroups.Eventually.assertThatSoon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeRole;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** An authority and the members that it certified, all in this process; closes them. */
final class TestBramble implements AutoCloseable {
    final TestAuthority authority = new TestAuthority();
    final Map<String, TestAuthority.Trust> trusts = new HashMap<>();
    private final List<TestNode> nodes = new ArrayList<>();

    /** The certificate of a node is its own only if this is handed to one member. */
    ClusterSettings.Credentials credentials(String node, NodeRole role) {
        var trust = new TestAuthority.Trust(authority.certificate());
        trusts.put(node, trust);
        return trust.credentials(authority.issue(node, role));
    }

    /** A member that knows where all earlier ones listen. */
    TestNode join(String node) throws IOException {
        return join(node, builder -> {});
    }

    TestNode join(String node, Consumer<TestNode.Builder> change) throws IOException {
        var builder = new TestNode.Builder(node);
        builder.hosts = nodes.stream().map(other -> other.port).toList();
        change.accept(builder);
        if (builder.credentials == null) {
            builder.credentials = credentials(node, builder.role);
        }
        TestNode joined = builder.join();
        nodes.add(joined);
        return joined;
    }

    /** Waits until each of these has told its listener of exactly these. */
    static void assertTogether(TestNode... members) {
        List<String> names = Arrays.stream(members)
                .map(member -> member.self.node().value())
                .sorted()
                .toList();
        assertThatSoon(() -> assertThat(Arrays.stream(members).map(TestNode::sees))
                .allSatisfy(seen -> assertThat(seen).isEqualTo(names)));
    }

    @Override
    public void close() {
        nodes.parallelStream().forEach(TestNode::close);
        assertThat(nodes.stream().flatMap(node -> node.failures.stream()))
                .as("failures on event loops")
                .isEmpty();
    }
}
