package dev.bramble.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.BlobId;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SimBlobStoreTest extends BlobStoreContract {
    private final SimBlobStore store = new SimBlobStore();

    @Override
    protected BlobStore store() {
        return store;
    }

    @Override
    protected Path file(String name, byte[] bytes) {
        Path file = Path.of("/task", name);
        store.write(file, bytes);
        return file;
    }

    @Override
    protected void damage(BlobId blob) {
        store.damage(blob);
    }

    @Test
    void aFullDiskTakesNothing() throws IOException {
        store.limit(7);
        store.put(bytes("hello"), 100);
        assertThatThrownBy(() -> store.put(bytes("you"), 100)).hasMessageContaining("full");
        assertThat(store.list()).hasSize(1);
    }
}
