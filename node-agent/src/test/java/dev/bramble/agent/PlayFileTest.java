package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.Play;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlayFileTest {
    @TempDir
    private Path dir;

    @Test
    void fileChangesWhatABoardPlaysWhileItRunsAndGivesItBack() throws IOException {
        PlayFile file = new PlayFile(dir, Optional.of(Play.WORN_CARD));
        assertThat(file.get()).containsExactly(Play.WORN_CARD);

        Files.writeString(dir.resolve(PlayFile.NAME), "hot weak-power, sad\n");
        assertThat(file.get()).containsExactlyInAnyOrder(Play.HOT, Play.WEAK_POWER);

        Files.writeString(dir.resolve(PlayFile.NAME), "\n");
        assertThat(file.get()).isEmpty();
        Files.delete(dir.resolve(PlayFile.NAME));
        assertThat(file.get()).containsExactly(Play.WORN_CARD);
    }
}
