package dev.bramble.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineFilesTest {
    @ParameterizedTest
    @CsvSource({"'',0", "'a',1", "'a|',1", "'|',1", "'||',2", "'a||b',3", "'a|b|',2", "'a|b|c',3"})
    void everyLineCountsAndAMissingLastLineFeedIsSupplied(String text, int lines) throws IOException {
        String content = text.replace('|', '\n');
        assertThat(LineFiles.count(bytes(content))).isEqualTo(new LineFiles.Counted(lines, 0));
        for (int i = 0; i < lines; i++) {
            assertThat(LineFiles.line(bytes(content), i)).map(String::new).hasValue(content.split("\n", -1)[i]);
        }
        assertThat(LineFiles.line(bytes(content), lines)).isEmpty();
    }

    @Test
    void otherBytesPassAsTheyAre() throws IOException {
        byte[] content = {'a', 0, '\r', '\n', (byte) 0xff, '\r', '\n'};
        Optional<byte[]> second = LineFiles.line(new ByteArrayInputStream(content), 1);
        assertThat(LineFiles.line(new ByteArrayInputStream(content), 0)).hasValue(new byte[] {'a', 0, '\r'});
        assertThat(second).hasValue(new byte[] {(byte) 0xff, '\r'});
    }

    @Test
    void lineBeyondTheLimitIsFound() throws IOException {
        byte[] content = new byte[LineFiles.LINE_BYTES_MAX + 3];
        Arrays.fill(content, (byte) 'x');
        content[0] = '\n';
        assertThat(LineFiles.count(new ByteArrayInputStream(content)).tooLong()).isEqualTo(2);
        assertThatThrownBy(() -> LineFiles.line(new ByteArrayInputStream(content), 1))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2 is longer than 1048576 bytes");
        content[1] = '\n';
        content[content.length - 1] = '\n';
        assertThat(LineFiles.count(new ByteArrayInputStream(content)).tooLong()).isZero();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
