package dev.bramble.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** One run of an example's program as a node does it: in a folder of its own, with a plain environment. */
record ExampleRun(Path folder, Process process) {
    /** A run takes some seconds; this only ends a hung one. */
    private static final long SECONDS_MAX = 120;

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");

    static JsonNode job(Path example, String file) {
        return new YAMLMapper().readTree(example.resolve(file));
    }

    /** Starts it with what is in {@code folder}; stdout and stderr become files there. */
    static ExampleRun start(Path folder, List<String> command, Map<String, String> variables) throws IOException {
        List<String> words = new ArrayList<>(command);
        if (words.getFirst().equals("java")) {
            words.set(0, JAVA.resolve("java").toString());
        }
        ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
        builder.redirectOutput(folder.resolve("stdout").toFile());
        builder.redirectError(folder.resolve("stderr").toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of("PATH", JAVA + ":/usr/local/bin:/usr/bin:/bin", "LANG", "C", "HOME", folder.toString()));
        builder.environment().putAll(variables);
        return new ExampleRun(folder, builder.start());
    }

    int exitCode() throws InterruptedException {
        try {
            assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS))
                    .as("ended")
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    ExampleRun succeeds() throws IOException, InterruptedException {
        assertThat(exitCode()).as(Files.readString(folder.resolve("stderr"))).isZero();
        return this;
    }

    /** Copies what the job ships, and nothing else. */
    static Path ship(Path example, JsonNode job, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (String name : strings(job.get("ship"))) {
            Files.copy(example.resolve(name), folder.resolve(name));
        }
        return folder;
    }

    static List<String> strings(JsonNode list) {
        return list.values().stream().map(JsonNode::asString).toList();
    }

    static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
