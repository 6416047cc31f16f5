package dev.bramble.cli.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/** What a child prints, appended to a file; when that is full it becomes {@code log.1} and a fresh one is begun. */
final class LogFile {
    /** Two of them: days of a quiet agent, minutes of one that prints a stack trace in a loop. */
    private static final long BYTES_MAX = 8L << 20;
    /** Some dozen lines. */
    private static final int TAIL_BYTES = 8 * 1024;

    private final Path file;

    LogFile(Path file) {
        this.file = file;
    }

    Path path() {
        return file;
    }

    /**
     * Copies until {@code in} ends. Trouble with the disk ends the log, never the child: the rest is read and dropped.
     */
    void take(InputStream in) {
        try (in) {
            byte[] chunk = new byte[16 * 1024];
            long size = Files.exists(file) ? Files.size(file) : 0;
            OutputStream out = open();
            try {
                int read;
                while ((read = in.read(chunk)) >= 0) {
                    if (size > BYTES_MAX) {
                        out.close();
                        Files.move(
                                file,
                                file.resolveSibling(file.getFileName() + ".1"),
                                StandardCopyOption.REPLACE_EXISTING);
                        out = open();
                        size = 0;
                    }
                    out.write(chunk, 0, read);
                    size += read;
                }
            } finally {
                out.close();
            }
        } catch (IOException fullDiskOrEnd) {
            drain(in);
        }
    }

    private static void drain(InputStream in) {
        try (in) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException end) {
            // The child is gone.
        }
    }

    private OutputStream open() throws IOException {
        return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The last lines, at most {@code count}; empty when there is nothing to read. */
    List<String> tail(int count) {
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            long from = Math.max(0, log.length() - TAIL_BYTES);
            byte[] bytes = new byte[(int) (log.length() - from)];
            log.seek(from);
            log.readFully(bytes);
            List<String> lines = Arrays.asList(new String(bytes, StandardCharsets.UTF_8).split("\n"));
            return lines.subList(Math.max(0, lines.size() - count), lines.size()).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException nothingThere) {
            return List.of();
        }
    }
}
