package dev.bramble.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TaskArgumentsTest {
    private static final ShippedFile PHOTO = new ShippedFile("photos/a b.jpg", new BlobId("0".repeat(64)), 3, false);

    @Test
    void lastGridParameterVariesFastest() {
        TaskSource grid = grid("lr", List.of("0.1", "0.01"), "depth", List.of("2", "4", "8"));
        assertThat(IntStream.range(0, 6).mapToObj(i -> TaskArguments.parameters(TaskArguments.inputOf(grid, i))))
                .extracting(Object::toString)
                .containsExactly(
                        "{lr=0.1, depth=2}",
                        "{lr=0.1, depth=4}",
                        "{lr=0.1, depth=8}",
                        "{lr=0.01, depth=2}",
                        "{lr=0.01, depth=4}",
                        "{lr=0.01, depth=8}");
    }

    @Test
    void everyCombinationOfAGridIsOneTask() {
        TaskSource grid = grid("a", List.of("1", "2", "3"), "b", List.of("x"), "c", List.of("p", "q"));
        Set<String> seen = new LinkedHashSet<>();
        for (int i = 0; i < grid.count(); i++) {
            seen.add(TaskArguments.parameters(TaskArguments.inputOf(grid, i)).toString());
        }
        assertThat(seen).hasSize(6);
    }

    @Test
    void indexAfterTheLastTaskIsTheReduceOnlyWhenThereIsOne() {
        JobSpec without = job(new TaskSource.Count(3), Optional.empty());
        JobSpec with =
                job(new TaskSource.Count(3), Optional.of(new JobSpec.Reduce(List.of("sh", "{index}"), List.of())));
        assertThat(TaskArguments.inputOf(with, 3)).isEqualTo(new TaskInput.Results(3));
        assertThatThrownBy(() -> TaskArguments.inputOf(without, 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> TaskArguments.inputOf(with, 4)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> TaskArguments.inputOf(with, -1)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void onlyDeclaredParametersAreReplaced() {
        TaskInput input = TaskArguments.inputOf(grid("lr", List.of("0.10")), 0);
        assertThat(TaskArguments.expand(
                        List.of("awk", "{print $1}", "--lr={lr}", "{ lr }", "{index}", "{{lr}}", "{lr", "lr}{lr}{}"),
                        input))
                .containsExactly("awk", "{print $1}", "--lr=0.10", "{ lr }", "{index}", "{0.10}", "{lr", "lr}0.10{}");
    }

    @Test
    void valueThatLooksLikeAParameterIsNotReplacedAgain() {
        TaskInput input = TaskArguments.inputOf(grid("a", List.of("{b}"), "b", List.of("{a}")), 0);
        assertThat(TaskArguments.expand(List.of("{a}{b}"), input)).containsExactly("{b}{a}");
    }

    @Test
    void reduceCommandPassesUnchanged() {
        assertThat(TaskArguments.expand(List.of("sh", "{index}", "{reduce}"), new TaskInput.Results(3)))
                .containsExactly("sh", "{index}", "{reduce}");
    }

    @Test
    void countGivesItsIndexAndNoStdin() {
        TaskInput input = TaskArguments.inputOf(new TaskSource.Count(10), 7);
        assertThat(TaskArguments.expand(List.of("run", "{index}"), input)).containsExactly("run", "7");
        assertThat(TaskArguments.stdin(input)).hasValue(new byte[0]);
        assertThat(TaskArguments.brambleInput(input)).hasValue("7");
    }

    @Test
    void gridGivesItsParametersAsOneJsonLine() {
        TaskInput input = TaskArguments.inputOf(grid("lr", List.of("0.10"), "name", List.of("a\"\\\n\t\u0001é😀")), 0);
        String json = "{\"lr\":\"0.10\",\"name\":\"a\\\"\\\\\\n\\t\\u0001é😀\"}";
        assertThat(TaskArguments.stdin(input))
                .hasValueSatisfying(bytes ->
                        assertThat(new String(bytes, StandardCharsets.UTF_8)).isEqualTo(json + "\n"));
        assertThat(TaskArguments.brambleInput(input)).hasValue(json);
    }

    @Test
    void halfACharacterIsEscapedSoThatTheLineIsUtf8() {
        TaskInput input = TaskArguments.inputOf(grid("x", List.of("\ud83d!\ude00")), 0);
        assertThat(TaskArguments.brambleInput(input)).hasValue("{\"x\":\"\\ud83d!\\ude00\"}");
    }

    @Test
    void fileIsStdinByItselfAndItsPathIsTheInput() {
        TaskInput input = TaskArguments.inputOf(new TaskSource.Each(List.of(PHOTO)), 0);
        assertThat(TaskArguments.expand(List.of("convert", "{file}"), input))
                .containsExactly("convert", "photos/a b.jpg");
        assertThat(TaskArguments.stdin(input)).isEmpty();
        assertThat(TaskArguments.brambleInput(input)).hasValue("photos/a b.jpg");
        assertThat(TaskArguments.parameters(input)).containsEntry("file", "photos/a b.jpg");
    }

    @Test
    void lineGivesItsTextAndStdinKeepsItsBytes() {
        TaskInput.Line input = (TaskInput.Line) TaskArguments.inputOf(new TaskSource.Lines(PHOTO, 5), 4);
        byte[] line = {'a', (byte) 0xff, '\r'};
        assertThat(TaskArguments.expand(List.of("echo", "<{line}>"), input, line))
                .containsExactly("echo", "<a\ufffd\r>");
        assertThat(TaskArguments.stdin(input, line)).containsExactly('a', 0xff, '\r', '\n');
        assertThat(TaskArguments.brambleInput(input, line)).hasValue("a\ufffd\r");
        assertThat(TaskArguments.parameters(input)).containsEntry("line", "5");
        assertThatThrownBy(() -> TaskArguments.expand(List.of("{line}"), input))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void inputThatNoEnvironmentCanHoldIsLeftOut() {
        TaskInput.Line input = new TaskInput.Line(PHOTO, 0);
        assertThat(TaskArguments.brambleInput(input, new byte[] {'a', 0, 'b'})).isEmpty();
        assertThat(TaskArguments.brambleInput(input, new byte[TaskArguments.INPUT_BYTES_MAX + 1]))
                .isEmpty();
        assertThat(TaskArguments.brambleInput(
                        input, "x".repeat(TaskArguments.INPUT_BYTES_MAX).getBytes(StandardCharsets.US_ASCII)))
                .isPresent();
    }

    private static TaskSource grid(Object... namesAndValues) {
        SequencedMap<String, List<String>> parameters = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            List<?> values = (List<?>) namesAndValues[i + 1];
            parameters.put(
                    (String) namesAndValues[i],
                    values.stream().map(Object::toString).toList());
        }
        return new TaskSource.Grid(parameters);
    }

    private static JobSpec job(TaskSource tasks, Optional<JobSpec.Reduce> reduce) {
        return new JobSpec(
                "test",
                List.of("true"),
                Optional.empty(),
                List.of(),
                tasks,
                new LinkedHashMap<>(),
                new Needs(1000, 0, 0, new TreeMap<>(), List.of()),
                Optional.empty(),
                false,
                Duration.ofHours(1),
                4,
                Integer.MAX_VALUE,
                List.of(),
                reduce,
                List.of(),
                Priority.NORMAL,
                Duration.ofDays(30),
                Optional.empty());
    }
}
