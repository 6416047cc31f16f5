package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A state machine whose state is the list of all it was told, so that order, gaps and repeats show. A snapshot is that
 * list, one line each. Of an entry it keeps what stands before the first blank; the rest is padding.
 */
final class Journal implements Ledger.StateMachine {
    private final List<String> lines = new ArrayList<>();
    private long appliedIndex = -1;
    private int restores;

    /** What else was said, in order. */
    final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public synchronized void apply(long index, long term, byte[] entry) {
        if (index <= appliedIndex) {
            events.add("index " + index + " after " + appliedIndex);
        }
        appliedIndex = index;
        lines.add(new String(entry, StandardCharsets.UTF_8).split(" ")[0]);
    }

    @Override
    public synchronized byte[] snapshot() {
        return String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void restore(long index, long term, byte[] snapshot) {
        restores++;
        appliedIndex = index;
        lines.clear();
        if (snapshot.length > 0) {
            lines.addAll(List.of(new String(snapshot, StandardCharsets.UTF_8).split("\n")));
        }
    }

    synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    synchronized int size() {
        return lines.size();
    }

    synchronized int restores() {
        return restores;
    }

    @Override
    public void leading(long term) {
        events.add("leading");
    }

    @Override
    public void following(long term, Optional<NodeId> leader) {
        events.add("following " + leader.map(NodeId::value).orElse("nobody"));
    }

    @Override
    public void votersChanged(List<Ledger.Peer> voters) {
        events.add("voters "
                + voters.stream().map(peer -> peer.node().value()).sorted().toList());
    }

    @Override
    public void steppedAside(String trouble) {
        events.add("aside: " + trouble);
    }
}
