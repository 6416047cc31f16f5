package dev.bramble.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Answers of the REST interface with every field that its description requires. */
final class Samples {
    private Samples() {}

    static Map<String, Object> page(Object... items) {
        return pageWithNext(null, items);
    }

    static Map<String, Object> pageWithNext(String next, Object... items) {
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("items", new ArrayList<>(List.of(items)));
        page.put("next", next);
        return page;
    }

    /** A job of 12 tasks. */
    static Map<String, Object> job(long number, String phase, int succeeded, int failed, int running) {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("job", number);
        job.put("name", "sweep");
        job.put("owner", "ada");
        job.put("phase", phase);
        job.put("tasks", 12);
        job.put("succeeded", succeeded);
        job.put("failed", failed);
        job.put("running", running);
        job.put("hasReduce", true);
        job.put("filter", false);
        job.put("tasksPerSecond", 2.5);
        job.put("etaMillis", 4000);
        job.put("submittedMillisAgo", 65_000);
        job.put("submitted", null);
        job.put("elapsedMillis", 61_500);
        job.put("deadlineInMillis", null);
        job.put("late", false);
        job.put("slackMillis", null);
        job.put("waitingBecause", "");
        job.put("endedBecause", "");
        job.put("underReplicated", 0);
        return job;
    }

    static Map<String, Object> task(int index, String state, String node, String lastLine, String reason) {
        Map<String, Object> task = new LinkedHashMap<>();
        task.put("task", index);
        task.put("reduce", false);
        task.put("parameters", new LinkedHashMap<>(Map.of("lr", "0.10")));
        task.put("state", state);
        task.put("node", node);
        task.put("attempts", 1);
        task.put("exitCode", state.equals("succeeded") ? Integer.valueOf(0) : state.equals("failed") ? 1 : null);
        task.put("millis", state.equals("waiting") ? null : 1234);
        task.put("reason", reason);
        task.put("lastLine", lastLine);
        task.put("current", null);
        task.put("history", List.of());
        return task;
    }

    static Map<String, Object> row(int index, boolean reduce, String state, String lastLine) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("task", index);
        row.put("reduce", reduce);
        Map<String, String> parameters = new LinkedHashMap<>();
        if (reduce) {
            parameters.put("reduce", "2");
        } else {
            parameters.put("lr", "0.10");
            parameters.put("depth", Integer.toString(index));
        }
        row.put("parameters", parameters);
        row.put("state", state);
        row.put("node", state.equals("waiting") ? null : "node1");
        row.put("exitCode", state.equals("succeeded") ? 0 : null);
        row.put("attempts", 1);
        row.put("seconds", state.equals("waiting") ? null : 1.25);
        row.put("lastLine", lastLine);
        row.put("reason", "");
        return row;
    }

    static Map<String, Object> content(long size, String sha256) {
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("sizeBytes", size);
        content.put("sha256", sha256);
        return content;
    }

    static Map<String, Object> kept(String name, long size, String sha256, boolean executable) {
        Map<String, Object> kept = new LinkedHashMap<>();
        kept.put("name", name);
        kept.putAll(content(size, sha256));
        kept.put("executable", executable);
        return kept;
    }

    static Map<String, Object> files(long stdout, long stderr, Object... kept) {
        Map<String, Object> files = page(kept);
        files.put("stdout", content(stdout, null));
        files.put("stderr", content(stderr, null));
        files.put("cut", false);
        return files;
    }

    static Map<String, Object> reading(Double value) {
        Map<String, Object> reading = new LinkedHashMap<>();
        reading.put("value", value);
        reading.put("ageMillis", 500);
        reading.put("unknownBecause", value == null ? "no such sensor" : "");
        return reading;
    }

    static Map<String, Object> node(String name, boolean up, boolean leader) {
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("board", "simulated board");
        health.put("bootId", "b1");
        health.put("temperatureCelsius", reading(51.4));
        health.put("speed", reading(1.0));
        health.put("load1", reading(0.25));
        health.put("memoryTotalBytes", reading(4294967296.0));
        health.put("memoryFreeBytes", reading(2147483648.0));
        health.put("diskTotalBytes", reading(32e9));
        health.put("diskFreeBytes", reading(null));
        health.put("underVoltage", reading(1.0));
        health.put("throttled", reading(0.0));
        health.put("diskWritable", reading(1.0));
        health.put("clockSynchronised", reading(0.0));
        health.put("underVoltageSinceBoot", reading(1.0));
        health.put("throttledSinceBoot", reading(null));
        health.put("diskWrittenBytes", reading(4e11));
        health.put("clockMegahertz", reading(900.0));
        health.put("clockMaxMegahertz", reading(1500.0));
        health.put("frequencyCapped", reading(1.0));
        health.put("frequencyCappedSinceBoot", reading(1.0));
        health.put("softTemperatureLimit", reading(0.0));
        health.put("softTemperatureLimitSinceBoot", reading(0.0));
        health.put("rootWritable", reading(1.0));
        health.put("coreVolts", reading(0.86));
        health.put("fanShare", reading(null));
        health.put("uptimeSeconds", reading(3_600.0));
        health.put("diskWrittenPerDayBytes", reading(4e7));
        health.put("cardLifeDays", reading(36_525.0));
        health.put(
                "panel",
                Map.of(
                        "light",
                        "slow green – working",
                        "fanPercent",
                        40,
                        "button",
                        false,
                        "missing",
                        "no button: it is none in agent.yaml",
                        "simulated",
                        true));
        Map<String, Object> capacity = new LinkedHashMap<>();
        capacity.put("milliCpus", 4000);
        capacity.put("memoryBytes", 3L << 30);
        capacity.put("labels", Map.of("ssd", "yes"));
        capacity.put("privilege", "own user for each task");
        capacity.put("release", "0.3.0");
        Map<String, Object> node = new LinkedHashMap<>();
        node.put("node", "n-" + name);
        node.put("name", name);
        node.put("role", "agent");
        node.put("link", up ? "up" : "down");
        node.put("heardMillisAgo", up ? 300 : 61_000);
        node.put("standing", up ? "ready" : "cordoned");
        node.put("standingReason", up ? "" : "new fan");
        node.put("standingBy", up ? "" : "ada");
        node.put("standingMillisAgo", 125_000);
        node.put("drain", null);
        node.put("flags", List.of());
        node.put("flapping", 0);
        node.put("voter", true);
        node.put("leader", leader);
        node.put("boardSerial", "10000000abcdef");
        node.put("capacity", capacity);
        node.put("health", up ? health : null);
        node.put("runningTasks", 3);
        node.put("heldTasks", 5);
        node.put("blobs", 3);
        node.put("blobBytes", 1 << 20);
        node.put("copying", 0);
        node.put("roundTripMillis", up ? 0.42 : null);
        return node;
    }
}
