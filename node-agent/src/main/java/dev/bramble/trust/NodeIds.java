package dev.bramble.trust;

import dev.bramble.model.NodeId;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Makes new node ids, on the bramble's side. */
public final class NodeIds {
    /** 27^6, 387 million: chance hardly ever hits one that is taken. */
    private static final int RANDOM_LENGTH = 6;
    /** Of a NodeId's 32 characters, what a dash and the random part leave. */
    private static final int STEM_LENGTH_MAX = 32 - 1 - RANDOM_LENGTH;
    /** So many collisions in a row mean a broken source of chance, which must not hang the leader. */
    private static final int TRIES_MAX = 1000;

    private NodeIds() {}

    /**
     * A free id that reminds of the name: {@code pi-7f3k2q} for {@code Pi}. It never changes, even when the name does.
     *
     * @param taken also true for nodes that were forgotten: an id is never used again
     * @param random any source; ids are not secret
     */
    public static NodeId fresh(String name, Predicate<NodeId> taken, RandomGenerator random) {
        String stem = stem(name);
        for (int i = 0; i < TRIES_MAX; i++) {
            NodeId candidate = new NodeId(stem + "-" + TokenIds.word(random, RANDOM_LENGTH));
            if (!taken.test(candidate)) {
                return candidate;
            }
        }
        throw new IllegalStateException("found no free node id in " + TRIES_MAX + " tries");
    }

    private static String stem(String name) {
        String plain =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
        String cut =
                plain.substring(0, Math.min(plain.length(), STEM_LENGTH_MAX)).replaceAll("-+$", "");
        return cut.isEmpty() ? "node" : cut;
    }
}
