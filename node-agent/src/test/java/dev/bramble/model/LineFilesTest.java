package dev.bramble.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LineFilesTest {
    @ParameterizedTest
    @CsvSource({"'',0", "'a',1", "'a|',1", "'|',1", "'||',2", "'a||b',3", "'a|b|',2", "'a|b|c',3"})
    void everyLineCountsAlsoALastOneWithoutItsLineFeed(String text, int lines) throws IOException {
        String content = text.replace('|', '\n');
        assertThat(LineFiles.count(bytes(content))).isEqualTo(new LineFiles.Counted(lines, 0));
    }

    @Test
    void lineBeyondTheLimitIsFound() throws IOException {
        byte[] content = new byte[LineFiles.LINE_BYTES_MAX + 3];
        Arrays.fill(content, (byte) 'x');
        content[0] = '\n';
        assertThat(LineFiles.count(new ByteArrayInputStream(content)).tooLong()).isEqualTo(2);
        content[1] = '\n';
        content[content.length - 1] = '\n';
        assertThat(LineFiles.count(new ByteArrayInputStream(content)).tooLong()).isZero();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
