package dev.bramble.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Sends the book of examples/words through both filters, without Bramble around them. */
class WordsExampleTest {
    private static final Path EXAMPLE = Path.of("examples", "words");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"job.yaml", "awk.yaml"})
    void everyLineOfTheBookIsAnsweredByItsNumberOfWordsAndTheLongest(String file) throws Exception {
        JsonNode job = ExampleRun.job(EXAMPLE, file);
        Path book = EXAMPLE.resolve(job.get("tasks").get("lines").asString());
        List<String> filter = ExampleRun.strings(job.get("filter"));
        assumeTrue(isInstalled(filter.getFirst()), filter.getFirst() + " is not installed");
        ExampleRun.ship(EXAMPLE, job, folder);
        List<String> command = List.of("sh", "-c", String.join(" ", filter) + " < " + book.toAbsolutePath());
        ExampleRun.start(folder, command, Map.of()).succeeds();
        assertThat(Files.readAllLines(folder.resolve("stdout")))
                .isEqualTo(Files.readAllLines(book).stream()
                        .map(WordsExampleTest::answer)
                        .toList())
                .hasSizeGreaterThan(3000)
                .contains("14\tbeginning", "0\t");
    }

    private static boolean isInstalled(String program) {
        return Stream.of("/usr/local/bin", "/usr/bin", "/bin").anyMatch(in -> Files.isExecutable(Path.of(in, program)));
    }

    private static String answer(String line) {
        List<String> words = Stream.of(line.toLowerCase(Locale.ROOT).split("[^a-z]+"))
                .filter(word -> !word.isEmpty())
                .toList();
        String longest = words.stream().reduce("", (a, b) -> b.length() > a.length() ? b : a);
        return words.size() + "\t" + longest;
    }

    @Test
    void bothFiltersHaveThreeLines() throws IOException {
        for (String program : List.of("words.awk", "words.py")) {
            assertThat(Files.readAllLines(EXAMPLE.resolve(program)).stream().filter(line -> !line.startsWith("import")))
                    .as(program)
                    .hasSizeLessThanOrEqualTo(3);
        }
    }
}
