package dev.bramble.dashboard.failures;

import dev.bramble.dashboard.failures.FailureGroup.OnNode;
import dev.bramble.dashboard.failures.FailureGroup.Spread;
import dev.bramble.model.JobId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Puts failures together whose words differ only in what differs from task to task and from node to node. Pure. */
public final class FailureGroups {
    /** What a person reads; the rest is counted. */
    public static final int GROUPS_MAX = 20;

    private FailureGroups() {}

    /**
     * @param more groups beyond {@link #GROUPS_MAX}, the rarest
     * @param triesInMore attempts in those
     */
    public record Grouped(List<FailureGroup> groups, int more, int triesInMore) {}

    /**
     * @param well nodes where the same work ended well
     * @return the most frequent cause first
     */
    public static Grouped of(Collection<FailedTry> failures, Set<String> well) {
        Map<String, Gathering> byCause = new LinkedHashMap<>();
        for (FailedTry failure : failures) {
            byCause.computeIfAbsent(signature(failure), any -> new Gathering(failure))
                    .add(failure);
        }
        List<FailureGroup> all = byCause.values().stream()
                .map(gathering -> gathering.group(well))
                .sorted(Comparator.comparingInt(FailureGroup::tries)
                        .reversed()
                        .thenComparing(FailureGroup::cause)
                        .thenComparing(FailureGroup::lastWords))
                .toList();
        List<FailureGroup> first = List.copyOf(all.subList(0, Math.min(GROUPS_MAX, all.size())));
        int rest = all.stream().skip(GROUPS_MAX).mapToInt(FailureGroup::tries).sum();
        return new Grouped(first, all.size() - first.size(), rest);
    }

    /** What stays of a failure's words without its node, its task's folder and its numbers. */
    static String signature(FailedTry failure) {
        String words = failure.reason() + "\n" + failure.lastWords();
        return FailureCause.of(words, failure.node().isEmpty() ? Set.of() : Set.of(failure.node()))
                .signature();
    }

    /** Of one cause; for one thread. */
    private static final class Gathering {
        private final FailedTry first;
        private final Map<String, Integer> byNode = new HashMap<>();
        private final Set<JobId> jobs = new TreeSet<>();
        private final Set<List<Long>> tasks = new HashSet<>();
        private int tries;

        Gathering(FailedTry first) {
            this.first = first;
        }

        void add(FailedTry failure) {
            tries++;
            byNode.merge(failure.node(), 1, Integer::sum);
            jobs.add(failure.job());
            tasks.add(List.of(failure.job().number(), (long) failure.task()));
        }

        FailureGroup group(Set<String> well) {
            List<OnNode> nodes = byNode.entrySet().stream()
                    .map(entry -> new OnNode(entry.getKey(), entry.getValue()))
                    .sorted(Comparator.comparingInt(OnNode::tries).reversed().thenComparing(OnNode::node))
                    .toList();
            return new FailureGroup(
                    first.reason(),
                    first.lastWords(),
                    tries,
                    tasks.size(),
                    nodes,
                    new ArrayList<>(jobs),
                    first.job(),
                    first.task(),
                    spread(well));
        }

        private Spread spread(Set<String> well) {
            if (tries == 1) {
                return Spread.ONCE;
            }
            if (byNode.size() > 1) {
                return tasks.size() == 1 ? Spread.ONE_TASK : Spread.EVERYWHERE;
            }
            boolean isWellElsewhere = well.stream().anyMatch(node -> !byNode.containsKey(node));
            return isWellElsewhere ? Spread.ONE_NODE : Spread.ONE_NODE_SO_FAR;
        }
    }
}
