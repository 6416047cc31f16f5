package dev.bramble.agent;

import dev.bramble.board.Play;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What a simulated board has, to be changed while it runs: {@code echo hot weak-power > NAME/plays} makes it so from
 * the next reading on, and a file that is gone what its configuration says. Words that are none mean nothing.
 */
final class PlayFile implements Supplier<Set<Play>> {
    static final String NAME = "plays";

    private final Path file;
    private final Set<Play> configured;

    /** @param dir the node's folder */
    PlayFile(Path dir, Optional<Play> configured) {
        this.file = dir.resolve(NAME);
        this.configured = configured.<Set<Play>>map(Set::of).orElse(Set.of());
    }

    @Override
    public Set<Play> get() {
        try {
            Set<Play> plays = EnumSet.noneOf(Play.class);
            for (String word : Files.readString(file).strip().split("[\\s,]+")) {
                Play.of(word).ifPresent(plays::add);
            }
            return plays;
        } catch (IOException absent) {
            return configured;
        }
    }
}
