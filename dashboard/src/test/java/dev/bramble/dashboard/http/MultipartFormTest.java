package dev.bramble.dashboard.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultipartFormTest {
    private static final String TYPE = "multipart/form-data; boundary=----xYz";

    /** What came, in order; files with their bytes. */
    private static final class Seen implements MultipartForm.Reader {
        final List<String> parts = new ArrayList<>();
        final List<byte[]> files = new ArrayList<>();
        int readOfEachFile = Integer.MAX_VALUE;

        @Override
        public void field(String name, String text) {
            parts.add(name + "=" + text);
        }

        @Override
        public void file(String name, String fileName, InputStream bytes) throws IOException {
            parts.add(name + ":" + fileName);
            files.add(bytes.readNBytes(readOfEachFile));
        }
    }

    /** Gives as few bytes at a time as a slow line. */
    private static InputStream slowly(byte[] bytes, int most) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, most));
            }
        };
    }

    private static byte[] form(byte[]... fileBytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(("preamble\r\n------xYz\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\ncheck\r\n")
                .getBytes(StandardCharsets.UTF_8));
        out.write("------xYz\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\na: π\r\nb\r\n"
                .getBytes(StandardCharsets.UTF_8));
        for (byte[] file : fileBytes) {
            out.write(("------xYz\r\ncontent-disposition: form-data; name=\"add\"; filename=\"a%22 ü.bin\"\r\n"
                            + "Content-Type: application/octet-stream\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            out.write(file);
            out.write("\r\n".getBytes(StandardCharsets.UTF_8));
        }
        out.write("------xYz--\r\n".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static Seen read(InputStream in) throws IOException {
        Seen seen = new Seen();
        MultipartForm.read(in, TYPE, 1000, seen);
        return seen;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64 * 1024})
    void fieldsAndFilesComeAsTheyWereSentHoweverTheyArrive(int most) throws IOException {
        byte[] large = new byte[200_000];
        new Random(1).nextBytes(large);
        byte[] tricky = "\r\n------xY\r\n\r\n--\r\n------x".getBytes(StandardCharsets.UTF_8);
        Seen seen = read(slowly(form(large, tricky, new byte[0]), most));

        assertThat(seen.parts)
                .containsExactly("do=check", "text=a: π\r\nb", "add:a\" ü.bin", "add:a\" ü.bin", "add:a\" ü.bin");
        assertThat(seen.files.get(0)).isEqualTo(large);
        assertThat(seen.files.get(1)).isEqualTo(tricky);
        assertThat(seen.files.get(2)).isEmpty();
    }

    @Test
    void fileThatIsNotReadToItsEndIsPassedOver() throws IOException {
        Seen seen = new Seen();
        seen.readOfEachFile = 3;
        MultipartForm.read(
                new ByteArrayInputStream(form(new byte[100_000], new byte[] {1, 2, 3, 4})), TYPE, 1000, seen);

        assertThat(seen.files.get(1)).containsExactly(1, 2, 3);
    }

    @Test
    void formThatBreaksOffAnywhereIsRefused() throws IOException {
        byte[] whole = form(new byte[50]);
        for (int length = 0; length < whole.length - 4; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(new ByteArrayInputStream(part)))
                    .as("after %d bytes", length)
                    .isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void fieldsAreBoundedTogether() {
        assertThatThrownBy(() -> MultipartForm.read(new ByteArrayInputStream(form()), TYPE, 10, new Seen()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("more than the 10 bytes");
    }

    @Test
    void headerWithoutEndIsRefused() {
        byte[] endless = ("------xYz\r\nX: " + "y".repeat(100_000)).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> read(new ByteArrayInputStream(endless))).hasMessageContaining("too long a header");
    }

    @Test
    void boundaryIsNeeded() {
        assertThatThrownBy(() -> MultipartForm.read(
                        new ByteArrayInputStream(new byte[0]), "multipart/form-data", 10, new Seen()))
                .hasMessageContaining("boundary");
    }
}
