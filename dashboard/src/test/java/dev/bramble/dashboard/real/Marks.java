package dev.bramble.dashboard.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What tasks wrote into a file outside the bramble, read when all is over; see {@link MixedJobs}. */
final class Marks {
    /** A loop that leaves a mark every tenth of a second is not exact to the millisecond. */
    private static final int OVERLAP_MILLIS_MIN = 1;

    private static final Pattern NODE = Pattern.compile("/(node\\d+)/");

    private record Mark(String letter, String job, int task, int attempt, long millis, String node) {
        String taskName() {
            return job + "/" + task;
        }
    }

    /** One run of a task, from its marks; {@code last} is its last mark of any kind. */
    private static final class Run {
        final String task;
        final String node;
        final long begun;
        long last;
        long endedMillis = Long.MAX_VALUE;

        Run(Mark mark) {
            task = mark.taskName();
            node = mark.node;
            begun = mark.millis;
            last = mark.millis;
        }
    }

    /** By task, in the order in which they began. */
    private final Map<String, List<Run>> runs = new TreeMap<>();
    /** Of exclusive tasks that began while another attempt had not ended. */
    private final List<Mark> early;

    private Marks(List<Mark> marks) {
        early = marks.stream().filter(mark -> mark.letter.equals("O")).toList();
        Map<String, Run> current = new HashMap<>();
        for (Mark mark : marks) {
            // The same attempt number at two nodes is two runs: a new leader may count the lost one not.
            String key = mark.taskName() + "/" + mark.attempt + "/" + mark.node;
            if (mark.letter.equals("B")) {
                Run run = new Run(mark);
                current.put(key, run);
                runs.computeIfAbsent(mark.taskName(), task -> new ArrayList<>()).add(run);
            } else if (current.containsKey(key)) {
                Run run = current.get(key);
                run.last = mark.millis;
                run.endedMillis = mark.letter.equals("E") ? mark.millis : run.endedMillis;
            }
        }
        runs.values().forEach(list -> list.sort(Comparator.comparingLong(run -> run.begun)));
    }

    static Marks read(Path file) throws IOException {
        List<Mark> marks = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ");
            if (words.length == 6) {
                Matcher node = NODE.matcher(words[5] + "/");
                marks.add(new Mark(
                        words[0],
                        words[1],
                        Integer.parseInt(words[2]),
                        Integer.parseInt(words[3]),
                        Long.parseLong(words[4]),
                        node.find() ? node.group(1) : words[5]));
            }
        }
        return new Marks(marks);
    }

    /** Each recorded result must come from a run that left its marks. */
    List<String> missing(MixedJobs.Mixed job, Map<Integer, String> results) {
        List<String> missing = new ArrayList<>();
        for (int task = 0; task < job.tasks(); task++) {
            List<Run> of = runs.getOrDefault(job.name() + "/" + task, List.of());
            if (of.stream().allMatch(run -> run.endedMillis == Long.MAX_VALUE)) {
                missing.add(job.name() + ", task " + task + ": '" + results.get(task)
                        + "' is recorded, and no run of it left its marks");
            }
        }
        return missing;
    }

    /** Runs of one exclusive task at the same time. */
    List<String> overlaps() {
        List<String> overlaps = new ArrayList<>();
        early.forEach(
                mark -> overlaps.add(mark.taskName() + " began on " + mark.node + " while it still ran elsewhere"));
        runs.forEach((task, list) -> {
            for (int i = 1; task.startsWith("exclusive") && i < list.size(); i++) {
                long over = list.get(i - 1).last - list.get(i).begun;
                if (over >= OVERLAP_MILLIS_MIN) {
                    overlaps.add(task + " ran twice for " + over + " ms, on " + list.get(i - 1).node + " and "
                            + list.get(i).node);
                }
            }
        });
        return overlaps;
    }

    /** Nodes on which a task began in the last {@code millis} and has not ended. */
    Set<String> busy(long nowMillis, long millis) {
        Set<String> nodes = new TreeSet<>();
        for (List<Run> list : runs.values()) {
            Run newest = list.getLast();
            if (newest.endedMillis == Long.MAX_VALUE && nowMillis - newest.begun < millis) {
                nodes.add(newest.node);
            }
        }
        return nodes;
    }

    /** How often a task began. */
    int begun(String task) {
        return runs.getOrDefault(task, List.of()).size();
    }

    /** Where a task began last. */
    String node(String task) {
        return runs.get(task).getLast().node;
    }

    /** When the newest run of a task began, and when it left its last mark. */
    long begunMillis(String task) {
        return runs.get(task).getLast().begun;
    }

    long lastMillis(String task) {
        return runs.get(task).getLast().last;
    }

    /** The last mark that any run of a task left on a node. */
    long lastMillisOn(String task, String node) {
        return runs.get(task).stream()
                .filter(run -> run.node.equals(node))
                .mapToLong(run -> run.last)
                .max()
                .orElseThrow();
    }

    /** How many runs of exclusive tasks there were, and how many of them overlapped. */
    String exclusives() {
        List<List<Run>> exclusive = runs.entrySet().stream()
                .filter(each -> each.getKey().startsWith("exclusive"))
                .map(Map.Entry::getValue)
                .toList();
        return exclusive.stream().mapToInt(List::size).sum() + " runs of " + exclusive.size()
                + " exclusive tasks, overlapping: " + overlaps().size();
    }

    /** How often work was repeated. */
    String repeats() {
        long all = runs.values().stream().mapToLong(List::size).sum();
        return all + " runs of " + runs.size() + " tasks that leave marks: " + (all - runs.size()) + " repeated";
    }

    /**
     * For each task that ran on that node at that time: how long until it began again, if it did. It does not when its
     * node came back in time.
     */
    List<Long> millisUntilElsewhere(String node, long millis) {
        List<Long> times = new ArrayList<>();
        for (List<Run> list : runs.values()) {
            Optional<Run> lost = list.stream()
                    .filter(run -> run.node.equals(node) && run.begun < millis && run.endedMillis > millis)
                    .reduce((first, second) -> second);
            lost.flatMap(run -> list.stream()
                            .filter(next -> next.begun > millis && next != run)
                            .findFirst())
                    .filter(next -> isNext(list, lost.get(), next))
                    .ifPresent(next -> times.add(next.begun - millis));
        }
        return times;
    }

    private static boolean isNext(List<Run> list, Run lost, Run next) {
        return list.indexOf(next) == list.indexOf(lost) + 1;
    }
}
