package dev.bramble.dashboard.blobs;

import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.model.LineFiles;
import dev.bramble.model.PieceStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * An upload's bytes on their way to the nodes. It ends only when it is whole: at an early end, beyond the limit, or
 * with another length or hash than announced it fails instead, so that whoever stores it never sees an end and keeps
 * nothing.
 */
final class CheckedUpload extends PieceStream {
    private final InputStream in;
    private final Intake.Limit limit;
    private final long announcedBytes;
    private final Optional<String> announcedSha256;
    private final MessageDigest digest = sha256();
    private final LineFiles.Counter lines = new LineFiles.Counter();
    private long bytes;
    private ProblemException failure;

    /** @param announcedBytes −1 when the client did not say */
    CheckedUpload(InputStream in, Intake.Limit limit, long announcedBytes, Optional<String> announcedSha256) {
        this.in = in;
        this.limit = limit;
        this.announcedBytes = announcedBytes;
        this.announcedSha256 = announcedSha256;
    }

    /** What was wrong with the upload itself, whatever became of it elsewhere. */
    Optional<ProblemException> failure() {
        return Optional.ofNullable(failure);
    }

    /** Of what came so far. */
    LineFiles.Counted lines() {
        return lines.counted();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (failure != null) {
            throw new IOException(failure.getMessage());
        }
        int got;
        try {
            got = in.read(into, offset, length);
        } catch (IOException e) {
            throw failed(ProblemException.unreadable(
                    "the upload was cut after " + bytes + " bytes: nothing of it is kept, send it again", List.of()));
        }
        if (got > 0) {
            bytes += got;
            digest.update(into, offset, got);
            lines.add(into, offset, got);
        }
        if (bytes > limit.bytesMax()) {
            throw failed(limit.refusal());
        }
        if (got < 0) {
            checkWhole();
        }
        return got;
    }

    private void checkWhole() throws IOException {
        if (announcedBytes >= 0 && bytes != announcedBytes) {
            throw failed(ProblemException.unreadable(
                    "the upload ended after " + bytes + " of " + announcedBytes
                            + " bytes: nothing of it is kept, send it" + " again",
                    List.of()));
        }
        String actual = HexFormat.of().formatHex(cloned().digest());
        if (announcedSha256.isPresent() && !announcedSha256.get().equals(actual)) {
            throw failed(ProblemException.wrong(
                    "the upload's SHA-256 is " + actual + ", not " + announcedSha256.get()
                            + " as announced: nothing of it is kept, send it again",
                    List.of()));
        }
    }

    private MessageDigest cloned() {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("every Java can copy a SHA-256 in the making", e);
        }
    }

    private IOException failed(ProblemException problem) {
        failure = problem;
        return new IOException(problem.getMessage());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
