package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.runner.CordonMemory;
import dev.bramble.runner.Offload;
import dev.bramble.time.SimTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCordonMemoryTest {
    private static final CordonMemory.Word WORD = new CordonMemory.Word(3, 70, true);

    @TempDir
    private Path folder;

    private final SimTime time = new SimTime();
    private final SimTime.SimLoop loop = time.newLoop();

    private FileCordonMemory memory(Path file) {
        return new FileCordonMemory(file, new Offload(loop, Runnable::run));
    }

    private CompletionStage<?> keep(Path file) {
        CompletionStage<?> kept = memory(file).keep(WORD);
        loop.after(Duration.ofMillis(1), () -> {});
        time.step();
        time.step();
        return kept;
    }

    @Test
    void whatWasKeptIsThereAfterARestart() {
        Path file = folder.resolve("cordon");
        assertThat(memory(file).last()).isEmpty();
        assertThat(keep(file).toCompletableFuture()).isCompleted();
        assertThat(memory(file).last()).contains(WORD);
    }

    @Test
    void aFlippedBitIsNoWord() throws IOException {
        Path file = folder.resolve("cordon");
        keep(file);
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            assertThat(memory(file).last()).as("bit %d", bit).isEmpty();
        }
    }

    @Test
    void theWordThatWasGivenLastStaysInWhicheverOrderThreadsWriteThem() {
        Path file = folder.resolve("cordon");
        Deque<Runnable> threads = new ArrayDeque<>();
        FileCordonMemory memory = new FileCordonMemory(file, new Offload(loop, threads::push));
        memory.keep(new CordonMemory.Word(3, 70, true));
        memory.keep(new CordonMemory.Word(3, 71, false));
        memory.keep(new CordonMemory.Word(4, 71, true));
        threads.forEach(Runnable::run);
        assertThat(memory(file).last()).contains(new CordonMemory.Word(4, 71, true));
    }

    @Test
    void aDiskThatTakesNothingIsAFailureAndNotAnEnd() {
        CompletionStage<?> kept = keep(folder.resolve("absent").resolve("cordon"));
        assertThat(kept.toCompletableFuture()).isCompletedExceptionally();
    }
}
