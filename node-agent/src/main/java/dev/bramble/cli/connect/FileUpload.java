package dev.bramble.cli.connect;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.model.BlobId;
import dev.bramble.store.CheckedBlobStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
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

    /** @param blob what the file was when it was looked at */
    static Request request(String path, Path file, BlobId blob, long sizeBytes, LongConsumer sent) {
        return new Request(
                "POST",
                path,
                Map.of("Content-Type", "application/octet-stream"),
                () -> publisher(file, blob, sizeBytes, sent),
                true,
                ANSWER_WITHIN.plusSeconds(sizeBytes / BYTES_PER_SECOND_MIN),
                sizeBytes > LARGE_BYTES_MIN);
    }

    private static BodyPublisher publisher(Path file, BlobId blob, long sizeBytes, LongConsumer sent) {
        if (sizeBytes == 0) {
            return BodyPublishers.noBody();
        }
        return BodyPublishers.fromPublisher(
                BodyPublishers.ofInputStream(() -> open(file, blob, sizeBytes, sent)), sizeBytes);
    }

    private static InputStream open(Path file, BlobId blob, long sizeBytes, LongConsumer sent) {
        try {
            return new Counting(file, blob, sizeBytes, sent);
        } catch (IOException e) {
            throw new Failure(
                    ExitCode.USAGE, "cannot read " + file + ": " + Json.reason(e), new UncheckedIOException(e));
        }
    }

    /**
     * Counts what is read. A file that changes meanwhile ends the command before its last bytes are sent: the head gets
     * a broken upload, of which it keeps nothing.
     */
    private static final class Counting extends FilterInputStream {
        private final Path file;
        private final BlobId blob;
        private final MessageDigest digest = CheckedBlobStream.sha256();
        private final long sizeBytes;
        private final LongConsumer sent;
        private long count;

        Counting(Path file, BlobId blob, long sizeBytes, LongConsumer sent) throws IOException {
            super(Files.newInputStream(file));
            this.file = file;
            this.blob = blob;
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
            if (read > 0) {
                count += read;
                digest.update(buffer, offset, read);
            }
            if (read > 0
                    && count == sizeBytes
                    && !CheckedBlobStream.name(digest).equals(blob)) {
                throw new Failure(
                        ExitCode.USAGE, file + " changed while it was sent, and nothing of it is kept: submit again");
            }
            sent.accept(count);
            return read;
        }
    }
}
