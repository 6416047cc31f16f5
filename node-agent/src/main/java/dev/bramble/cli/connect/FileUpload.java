package dev.bramble.cli.connect;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongConsumer;

/** A file as the body of a request: streamed, its length declared, so that a cut is noticed at the other end. */
final class FileUpload {
    /** The answer comes after the last byte is flushed on two nodes; a slow card under load writes 1 MB a second. */
    private static final long BYTES_PER_SECOND_MIN = 500_000;

    /** Less than this is sent before any refusal could arrive. */
    private static final long LARGE_BYTES_MIN = 64 * 1024;

    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

    private FileUpload() {}

    static Request request(String path, Path file, long sizeBytes, LongConsumer sent) {
        return new Request(
                "POST",
                path,
                Map.of("Content-Type", "application/octet-stream"),
                () -> publisher(file, sizeBytes, sent),
                true,
                ANSWER_WITHIN.plusSeconds(sizeBytes / BYTES_PER_SECOND_MIN),
                sizeBytes > LARGE_BYTES_MIN);
    }

    private static BodyPublisher publisher(Path file, long sizeBytes, LongConsumer sent) {
        if (sizeBytes == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(() -> open(file, sizeBytes, sent)), sizeBytes);
    }

    private static InputStream open(Path file, long sizeBytes, LongConsumer sent) {
        try {
            return new Counting(file, sizeBytes, sent);
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.USAGE, "cannot read " + file + ": " + Json.reason(e), new UncheckedIOException(e));
        }
    }

    /** Counts what is read. A file that shrinks meanwhile ends the command, since its hash is no longer its hash. */
    private static final class Counting extends FilterInputStream {
        private final Path file;
        private final long sizeBytes;
        private final LongConsumer sent;
        private long count;

        Counting(Path file, long sizeBytes, LongConsumer sent) throws IOException {
            super(Files.newInputStream(file));
            this.file = file;
            this.sizeBytes = sizeBytes;
            this.sent = sent;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int wanted = (int) Math.min(length, sizeBytes - count);
            int read = wanted == 0 ? -1 : super.read(buffer, offset, wanted);
            if (read < 0 && count < sizeBytes) {
                throw new Failure(ExitCode.USAGE, file + " became shorter while it was sent: submit again");
            }
            count += Math.max(0, read);
            sent.accept(count);
            return read;
        }
    }
}
