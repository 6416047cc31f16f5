package dev.bramble.board.linux;

import dev.bramble.board.Firmware;
import dev.bramble.board.pi4j.PiFirmware;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A board's files from {@code boards/NAME.tree}, laid out under a folder, and a clock that tests move. */
final class BoardTree {
    private static final String COMMAND = "$ ";

    private final Path root;
    private final Path data;
    private final Map<String, String> commands = new LinkedHashMap<>();
    Reading kernelClock = Reading.known(1);
    long nanos = 5_000_000_000L;

    BoardTree(Path folder, String name) throws IOException {
        this.root = folder.resolve("root");
        this.data = Files.createDirectories(folder.resolve("data"));
        for (String part : text(name).split("(?m)^==> ")) {
            if (!part.isEmpty()) {
                int end = part.indexOf(" <==\n");
                put(part.substring(0, end), part.substring(end + " <==\n".length()));
            }
        }
    }

    private static String text(String name) throws IOException {
        try (InputStream in = BoardTree.class.getResourceAsStream("/boards/" + name + ".tree")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** From now on it says this; {@code !} is an error. */
    void put(String path, String text) throws IOException {
        if (path.startsWith(COMMAND)) {
            commands.put(path.substring(COMMAND.length()), text);
            return;
        }
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.deleteIfExists(file);
        if (text.strip().equals("!")) {
            // Reading it fails, whoever reads.
            Files.createDirectory(file);
        } else {
            Files.writeString(file, text);
        }
    }

    void remove(String path) throws IOException {
        Files.delete(root.resolve(path));
    }

    Path data() {
        return data;
    }

    /** Who reads it; as after a start of the agent. */
    LinuxBoard board() {
        Firmware firmware = commands.isEmpty()
                ? PiFirmware.ofThisMachine(false)
                : new PiFirmware(
                        () -> commands.get("vcgencmd get_throttled"),
                        () -> commands.get("vcgencmd measure_volts"),
                        Runnable::run,
                        () -> nanos);
        return new LinuxBoard(
                new LinuxBoard.Sources(root, data, "file-1", firmware, () -> kernelClock, Runnable::run, () -> nanos));
    }

    static BoardHealth health(Path folder, String name) throws IOException {
        return new BoardTree(folder, name).board().health();
    }

    static Optional<Double> value(Reading reading) {
        return Optional.ofNullable(reading.value());
    }
}
