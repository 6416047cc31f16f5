package dev.bramble.board.linux;

import dev.bramble.model.Reading;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The files under a root in which a kernel tells of itself. What fails to be read is absent, for whatever reason. */
final class SysFiles {
    /** More of a kind than a board has. */
    private static final int NUMBERED_MAX = 16;

    private final Path root;

    SysFiles(Path root) {
        this.root = root;
    }

    /** Without the white space and the zero at its end; empty when there is none or nothing in it. */
    Optional<String> text(String path) {
        try {
            String text = new String(Files.readAllBytes(root.resolve(path)), StandardCharsets.UTF_8);
            String plain = text.replace("\0", "").strip();
            return plain.isEmpty() ? Optional.empty() : Optional.of(plain);
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    /** Its first word as a number, times {@code unit}. */
    Reading number(String path, double unit) {
        Optional<String> text = text(path);
        if (text.isEmpty()) {
            return Reading.unknown("/" + path + " cannot be read");
        }
        try {
            return Reading.known(Double.parseDouble(text.get().split("\\s+")[0]) * unit);
        } catch (NumberFormatException odd) {
            return Reading.unknown("/" + path + " holds no number");
        }
    }

    /** Folders such as {@code hwmon0}, {@code hwmon1} that have this file. */
    Stream<String> numbered(String prefix, String file) {
        return IntStream.range(0, NUMBERED_MAX)
                .mapToObj(number -> prefix + number + "/")
                .filter(folder -> Files.exists(root.resolve(folder + file)));
    }
}
