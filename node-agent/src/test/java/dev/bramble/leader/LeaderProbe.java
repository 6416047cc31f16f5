package dev.bramble.leader;

import dev.bramble.ledger.Command;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Recounts a leader's soft state from its books, so that the simulation sees a count that has drifted. */
public final class LeaderProbe {
    /** So long a task that was lost with its board waits for another one that is away. */
    public static final Duration AWAY_WAIT = Suspects.AWAY_WAIT;

    private LeaderProbe() {}

    /** Attempts of the job that nodes hold, as the leader counts them. */
    public static int held(Leader leader, JobId job) {
        JobQueue queue = leader.queues().get(job);
        return queue == null ? 0 : queue.held();
    }

    /** Whether the job has tasks that nobody holds and that could be granted. */
    public static boolean hasOpen(Leader leader, JobId job) {
        JobQueue queue = leader.queues().get(job);
        return queue != null && queue.supply().hasNext();
    }

    /** Attempts at the task under the job's present epoch that nodes hold, by the books. */
    public static int holders(Leader leader, TaskId task, int retryEpoch) {
        int holders = 0;
        for (NodeBook book : books(leader)) {
            for (NodeBook.Held held : book.held()) {
                holders += held.task.equals(task) && held.retryEpoch == retryEpoch ? 1 : 0;
            }
        }
        return holders;
    }

    /** Nodes that have acknowledged their cordon to this leader: nothing starts there any more. */
    public static List<NodeId> acknowledged(Leader leader) {
        return leader.books().keySet().stream()
                .filter(node -> leader.restOf(node)
                        .filter(rest -> rest.unstarted() == 0)
                        .isPresent())
                .toList();
    }

    /** Whether the node keeps the ledger by the committed membership. */
    public static boolean isVoter(Leader leader, NodeId node) {
        return leader.isVoter(node);
    }

    private static List<NodeBook> books(Leader leader) {
        List<NodeBook> books = new ArrayList<>(leader.books().values());
        books.addAll(leader.heldBooks().books());
        return books;
    }

    /** Whether boards power off since nothing runs any more, not since the time is over. */
    public static boolean saysThatWorkEnded(Command.BeginPowerOff begin) {
        return begin.why().equals(ShutdownPlan.ENDED);
    }

    /** Attempts in all books. */
    public static int held(Leader leader) {
        return books(leader).stream().mapToInt(book -> book.held().size()).sum();
    }

    /** The leader's soft state in words. */
    public static String describe(Leader leader) {
        StringBuilder text = new StringBuilder("leader of term " + leader.term() + ":");
        leader.queues()
                .values()
                .forEach(queue -> text.append(" job ")
                        .append(queue.job().id())
                        .append(" held ")
                        .append(queue.held())
                        .append(" running ")
                        .append(queue.running())
                        .append(";"));
        leader.books().values().forEach(book -> {
            text.append(" node ").append(book.member().node());
            text.append(book.hasReported() ? " holds" : " is silent, holds");
            book.held()
                    .forEach(held -> text.append(' ')
                            .append(held.attempt)
                            .append(" of ")
                            .append(held.task)
                            .append(held.running ? " running" : " waiting"));
            text.append(';');
        });
        return text.toString();
    }

    /** One sentence for every count that is wrong. */
    public static List<String> drift(Leader leader) {
        Map<JobId, int[]> counted = new HashMap<>();
        List<String> drift = new ArrayList<>();
        for (NodeBook book : books(leader)) {
            for (NodeBook.Held held : book.held()) {
                JobQueue queue = leader.queues().get(held.task.job());
                if (queue != null && queue.job().retryEpoch() == held.retryEpoch) {
                    int[] counts = counted.computeIfAbsent(held.task.job(), job -> new int[2]);
                    counts[0]++;
                    counts[1] += held.running ? 1 : 0;
                }
            }
        }
        for (JobQueue queue : leader.queues().values()) {
            int[] counts = counted.getOrDefault(queue.job().id(), new int[2]);
            if (queue.isCurrent() && (counts[0] != queue.held() || counts[1] != queue.running())) {
                drift.add("of job " + queue.job().id() + " the leader counts " + queue.held() + " held and "
                        + queue.running() + " running, its books say " + counts[0] + " and " + counts[1]);
            }
        }
        return drift;
    }
}
