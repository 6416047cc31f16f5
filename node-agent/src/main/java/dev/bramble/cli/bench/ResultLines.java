package dev.bramble.cli.bench;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The outcome lines of a filter, as a stream that is compared and kept nowhere. */
final class ResultLines {
    private static final int CHUNK_BYTES = 1 << 16;

    private final Conversation bramble;
    private final String job;

    ResultLines(Conversation bramble, String job) {
        this.bramble = bramble;
        this.job = job;
    }

    /** Reads all of them, and refuses what differs from the lines that were sent. @return their bytes */
    long check(NumberedLines sent) {
        return bramble.fetch("/jobs/" + job + "/results?format=lines", (body, headers) -> {
            MessageDigest hash = NumberedLines.newHash();
            long bytes = copy(body, hash);
            if (!HexFormat.of().formatHex(hash.digest()).equals(sent.sha256())) {
                throw new Failure(
                        ExitCode.JOB_FAILED,
                        "the " + bytes + " bytes that came out of job " + job + " are not the " + sent.bytes()
                                + " that went in");
            }
            return bytes;
        });
    }

    private static long copy(InputStream from, MessageDigest to) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long bytes = 0;
        for (int read = from.read(chunk); read >= 0; read = from.read(chunk)) {
            to.update(chunk, 0, read);
            bytes += read;
        }
        return bytes;
    }
}
