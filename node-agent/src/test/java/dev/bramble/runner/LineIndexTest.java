package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.LineFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineIndexTest {
    @TempDir
    Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("lines"), bytes);
    }

    private static byte[] read(LineIndex index, int from, int end) throws IOException {
        try (InputStream in = index.open(from, end)) {
            return in.readAllBytes();
        }
    }

    @Test
    void everyRangeOfARandomFileIsWhatASplitGives() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        List<byte[]> lines = new ArrayList<>();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (int i = 0; i < 20_000; i++) {
            byte[] line = new byte[random.nextInt(60) == 0 ? random.nextInt(5000) : random.nextInt(12)];
            for (int b = 0; b < line.length; b++) {
                byte value = (byte) random.nextInt(256);
                line[b] = value == '\n' ? 0 : value;
            }
            lines.add(line);
            whole.writeBytes(line);
            whole.write('\n');
        }
        LineIndex index = new LineIndex(file(whole.toByteArray()));
        for (int i = 0; i < 300; i++) {
            int from = random.nextInt(lines.size());
            int end = Math.min(lines.size(), from + 1 + random.nextInt(3000));
            ByteArrayOutputStream expected = new ByteArrayOutputStream();
            lines.subList(from, end).forEach(line -> {
                expected.writeBytes(line);
                expected.write('\n');
            });
            assertThat(read(index, from, end)).isEqualTo(expected.toByteArray());
            assertThat(index.line(from)).isEqualTo(lines.get(from));
        }
    }

    @Test
    void missingLastLineFeedIsSupplied() throws IOException {
        LineIndex index = new LineIndex(file("a\n\nc".getBytes()));
        assertThat(read(index, 0, 3)).asString().isEqualTo("a\n\nc\n");
        assertThat(read(index, 2, 3)).asString().isEqualTo("c\n");
        assertThat(read(index, 0, 2)).asString().isEqualTo("a\n\n");
        assertThat(index.line(2)).asString().isEqualTo("c");
        assertThat(index.line(1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"'a',1", "'a|',1", "'|',1", "'||',2", "'a||b',3", "'a|b|',2", "'a|b|c',3"})
    void everyLineIsFound(String text, int lines) throws IOException {
        String content = text.replace('|', '\n');
        LineIndex index = new LineIndex(file(content.getBytes()));
        for (int i = 0; i < lines; i++) {
            assertThat(index.line(i)).asString().isEqualTo(content.split("\n", -1)[i]);
        }
        assertThatThrownBy(() -> index.line(lines)).hasMessageContaining("has no line");
    }

    @Test
    void otherBytesPassAsTheyAre() throws IOException {
        LineIndex index = new LineIndex(file(new byte[] {'a', 0, '\r', '\n', (byte) 0xff, '\r', '\n'}));
        assertThat(index.line(0)).isEqualTo(new byte[] {'a', 0, '\r'});
        assertThat(index.line(1)).isEqualTo(new byte[] {(byte) 0xff, '\r'});
    }

    @Test
    void lineBeyondTheLimitIsRefused() throws IOException {
        byte[] content = new byte[LineFiles.LINE_BYTES_MAX + 3];
        Arrays.fill(content, (byte) 'x');
        content[0] = '\n';
        LineIndex index = new LineIndex(file(content));
        assertThatThrownBy(() -> index.line(1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2 is longer than 1048576 bytes");
    }

    @Test
    void linesThatAreNotThereAreNamed() throws IOException {
        LineIndex index = new LineIndex(file("a\nb\n".getBytes()));
        assertThat(read(index, 0, 2)).asString().isEqualTo("a\nb\n");
        assertThatThrownBy(() -> read(index, 1, 3)).hasMessageContaining("has no line");
    }
}
