package dev.bramble.dashboard.real;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** What was seen recorded of each task: whatever it was the first time, it must be ever after. */
final class RecordedOutcomes {
    private final Map<Long, Map<Integer, String>> known = new TreeMap<>();

    /** Looks at the tasks of a job, and says of which another outcome was seen before. */
    List<String> compare(long job, List<JsonNode> tasks) {
        List<String> mistakes = new ArrayList<>();
        Map<Integer, String> lines = known.computeIfAbsent(job, first -> new TreeMap<>());
        for (JsonNode task : tasks) {
            if (task.get("state").asString().equals("succeeded")) {
                String line = task.get("lastLine").asString("");
                String before = lines.putIfAbsent(task.get("task").asInt(), line);
                if (before != null && !before.equals(line)) {
                    mistakes.add("job " + job + ", task " + task.get("task") + ": two outcomes were recorded: '"
                            + before + "' and '" + line + "'");
                }
            }
        }
        return mistakes;
    }

    /** The last line that each task printed which succeeded. */
    Map<Integer, String> of(long job) {
        return known.getOrDefault(job, Map.of());
    }
}
