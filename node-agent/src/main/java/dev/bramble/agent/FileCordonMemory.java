package dev.bramble.agent;

import dev.bramble.runner.CordonMemory;
import dev.bramble.runner.Offload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line in a file: term, index, whether the cordon holds, and a checksum. A damaged one counts as absent. */
final class FileCordonMemory implements CordonMemory {
    private static final Logger LOG = LoggerFactory.getLogger(FileCordonMemory.class);
    /** Longer than any line that is written. */
    private static final int BYTES_MAX = 200;

    private final Path file;
    private final Offload offload;
    /** How many words were to be kept; event loop only. */
    private long asked;
    /** Which of them the file has; guarded by this. */
    private long written;

    FileCordonMemory(Path file, Offload offload) {
        this.file = file;
        this.offload = offload;
    }

    @Override
    public Optional<Word> last() {
        try {
            if (!Files.exists(file) || Files.size(file) > BYTES_MAX) {
                return Optional.empty();
            }
            return read(Files.readString(file));
        } catch (IOException | NumberFormatException damaged) {
            LOG.warn("{} cannot be read: what leaders say counts alone", file, damaged);
            return Optional.empty();
        }
    }

    private static Optional<Word> read(String line) {
        String[] words = line.strip().split(" ");
        if (words.length != 4 || !line.equals(line(words[0] + " " + words[1] + " " + words[2]))) {
            return Optional.empty();
        }
        return Optional.of(
                new Word(Long.parseLong(words[0]), Long.parseLong(words[1]), Boolean.parseBoolean(words[2])));
    }

    private static String line(String text) {
        CRC32C checksum = new CRC32C();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return text + " " + Long.toHexString(checksum.getValue()) + "\n";
    }

    @Override
    public CompletionStage<?> keep(Word word) {
        String line = line(word.term() + " " + word.ledgerIndex() + " " + word.holds());
        long number = ++asked;
        return offload.call(() -> {
            // Threads come in any order: the last word is the one that stays.
            synchronized (this) {
                if (number > written) {
                    KeptFile.write(file, line);
                    written = number;
                }
            }
            return word;
        });
    }
}
