package dev.bramble.cli.bench;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A temporary file of numbered lines.
 *
 * @param sha256 of its bytes, in hexadecimal
 */
record NumberedLines(Path file, long count, long bytes, String sha256) implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    /** @param word ends each line, so that a bench before this one uploaded other bytes */
    static NumberedLines write(long count, String word) {
        MessageDigest hash = newHash();
        Path file = null;
        try {
            file = Files.createTempFile("bramble-bench-", ".txt");
            // Ctrl-C, too, leaves none behind.
            file.toFile().deleteOnExit();
            byte[] line = ("00000000 " + word + "\n").getBytes(StandardCharsets.US_ASCII);
            try (OutputStream out =
                    new BufferedOutputStream(new DigestOutputStream(Files.newOutputStream(file), hash), BUFFER_BYTES)) {
                for (long i = 0; i < count; i++) {
                    out.write(line);
                    increment(line);
                }
            }
            return new NumberedLines(
                    file, count, count * line.length, HexFormat.of().formatHex(hash.digest()));
        } catch (IOException e) {
            delete(file);
            throw new Failure(ExitCode.USAGE, "cannot write the lines to a temporary file: " + Json.reason(e), e);
        }
    }

    /** Of what the tasks of {@code count: N} read: each number from 0 in a line of its own. */
    static String hashOfNumbers(int count) {
        MessageDigest hash = newHash();
        for (int i = 0; i < count; i++) {
            hash.update((i + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    static MessageDigest newHash() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }

    private static void increment(byte[] line) {
        for (int digit = 7; digit >= 0; digit--) {
            if (line[digit]++ < '9') {
                return;
            }
            line[digit] = '0';
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            // The system empties its folder for temporary files.
        }
    }

    @Override
    public void close() {
        delete(file);
    }
}
