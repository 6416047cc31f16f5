package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.BlobId;
import dev.bramble.model.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SegmentReaderTest {
    private static final BlobId SEGMENT = new BlobId("ab".repeat(32));
    private static final String LINES =
            IntStream.range(0, 50_000).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());

    /** How many bytes each holder in turn gives before it breaks off; all of them when there is no more. */
    private final ArrayDeque<Integer> breaksAfter = new ArrayDeque<>();

    private int opened;

    private Optional<InputStream> open(BlobId segment) {
        opened++;
        byte[] all = LINES.getBytes(StandardCharsets.UTF_8);
        Integer breaks = breaksAfter.poll();
        InputStream whole = new ByteArrayInputStream(all, 0, breaks == null ? all.length : breaks);
        return Optional.of(
                breaks == null ? whole : new java.io.SequenceInputStream(whole, InputStreamThatBreaks.INSTANCE));
    }

    private static final class InputStreamThatBreaks extends InputStream {
        static final InputStreamThatBreaks INSTANCE = new InputStreamThatBreaks();

        @Override
        public int read() throws IOException {
            throw new EOFException("the node broke off");
        }
    }

    private String copied(int from, int lines) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SegmentReader reader = new SegmentReader(this::open)) {
            reader.copy(SEGMENT, from, lines, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String expected(int from, int lines) {
        return LINES.lines().skip(from).limit(lines).map(line -> line + "\n").collect(Collectors.joining());
    }

    @Test
    void linesInTheMiddleAreCopied() throws IOException {
        assertThat(copied(0, 1)).isEqualTo("line 0\n");
        assertThat(copied(49_999, 1)).isEqualTo("line 49999\n");
        assertThat(copied(123, 30_000)).isEqualTo(expected(123, 30_000));
    }

    @Test
    void theSegmentStaysOpenWhileLinesFollow() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SegmentReader reader = new SegmentReader(this::open)) {
            reader.copy(SEGMENT, 10, 5, out);
            reader.copy(SEGMENT, 15, 5, out);
            reader.copy(SEGMENT, 40, 5, out);
            assertThat(opened).isOne();
            reader.copy(SEGMENT, 1, 1, out);
        }
        assertThat(opened).isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(expected(10, 10) + expected(40, 5) + expected(1, 1));
    }

    @Test
    void anotherHolderGoesOnWhereOneBrokeOffAndNoLineComesTwice() throws IOException {
        breaksAfter.add(100_003);
        breaksAfter.add(300_001);
        assertThat(copied(7, 49_000)).isEqualTo(expected(7, 49_000));
        assertThat(opened).isEqualTo(3);
    }

    @Test
    void whenAllBreakOffItSaysSo() {
        breaksAfter.add(10);
        breaksAfter.add(10);
        breaksAfter.add(10);
        assertThatThrownBy(() -> copied(0, 40_000)).hasMessageContaining("broke off");
    }

    @Test
    void aWriterThatFailsIsNotTheHoldersFault() {
        IOException full = new IOException("no space left");
        try (SegmentReader reader = new SegmentReader(this::open)) {
            assertThatThrownBy(() -> reader.copy(SEGMENT, 0, 10, new java.io.OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            throw full;
                        }
                    }))
                    .isSameAs(full);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        assertThat(opened).isOne();
    }

    @Test
    void aLineLongerThanTheBufferComesWhole() throws IOException {
        String line = "x".repeat(200_000);
        try (SegmentReader reader =
                new SegmentReader(segment -> Optional.of(new ByteArrayInputStream((line + "\nend\n").getBytes())))) {
            assertThat(reader.line(SEGMENT, 0)).hasSize(200_000);
            assertThat(reader.line(SEGMENT, 1)).asString().isEqualTo("end");
        }
    }

    @Test
    void aSliceIsItsPartOfTheSegmentAndAShortSegmentIsNoSlice() throws IOException {
        byte[] bytes = "firstsecond".getBytes(StandardCharsets.UTF_8);
        Output.Stored segment = new Output.Stored(new BlobId("ab".repeat(32)), bytes.length, List.of(), "");
        Output.Slice second = new Output.Slice(segment, 5, 6, "");
        assertThat(SegmentReader.slice(new ByteArrayInputStream(bytes, 5, 6), second))
                .asString()
                .isEqualTo("second");
        ByteArrayInputStream whole = new ByteArrayInputStream(bytes);
        assertThat(SegmentReader.slice(whole, new Output.Slice(segment, 0, 5, "")))
                .asString()
                .isEqualTo("first");
        assertThat(whole.available()).as("read to its end, which checks it").isZero();
        assertThatThrownBy(() -> SegmentReader.slice(new ByteArrayInputStream(bytes, 5, 5), second))
                .hasMessageContaining("ends within a result");
    }
}
