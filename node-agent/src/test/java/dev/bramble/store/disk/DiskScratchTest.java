package dev.bramble.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskScratchTest {
    @TempDir
    private Path parent;

    @Test
    void filesOfAGroupAreDeletedTogetherAndOthersStay() throws IOException {
        DiskScratch scratch = DiskScratch.open(parent.resolve("scratch"));
        Path one = scratch.write("a-1", "results/0/stdout", new byte[] {1});
        Path two = scratch.write("a-1", "results/1/stdout", new byte[] {2});
        Path other = scratch.write("a-2", "x", new byte[] {3});
        assertThat(one).hasBinaryContent(new byte[] {1});
        scratch.delete("a-1");
        scratch.delete("a-1");
        assertThat(one).doesNotExist();
        assertThat(two).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void whatAnEarlierProcessLeftIsGone() throws IOException {
        Path folder = parent.resolve("scratch");
        Path file = DiskScratch.open(folder).write("a-1", "results/0/stdout", new byte[1]);
        DiskScratch.open(folder);
        assertThat(file).doesNotExist();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void nothingIsWrittenOrDeletedOutsideOfIt() throws IOException {
        DiskScratch scratch = DiskScratch.open(parent.resolve("scratch"));
        Path outside = Files.writeString(parent.resolve("outside"), "x");
        assertThatThrownBy(() -> scratch.write("a", "../../outside", new byte[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> scratch.write("..", "outside", new byte[1]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> scratch.delete("..")).isInstanceOf(IllegalArgumentException.class);
        assertThat(outside).hasContent("x");
    }
}
