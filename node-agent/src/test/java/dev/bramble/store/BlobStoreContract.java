package dev.bramble.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.BlobId;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every {@link BlobStore} promises; run against each. */
public abstract class BlobStoreContract {
    private static final BlobId HELLO = new BlobId("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    private static final BlobId EMPTY = new BlobId("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    private static final BlobId NONE = new BlobId("00".repeat(32));

    /** The same store each time in one test. */
    protected abstract BlobStore store() throws IOException;

    /** A file of this node, as far as the store is concerned. */
    protected abstract Path file(String name, byte[] bytes) throws IOException;

    /** Changes a byte of the store's copy behind its back. */
    protected abstract void damage(BlobId blob) throws IOException;

    protected static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Gives {@code bytes}, then breaks off. */
    protected static InputStream cut(byte[] bytes) {
        InputStream whole = new ByteArrayInputStream(bytes);
        return new InputStream() {
            @Override
            public int read() throws IOException {
                int next = whole.read();
                if (next < 0) {
                    throw new IOException("the line went dead");
                }
                return next;
            }
        };
    }

    protected static byte[] random(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    @Test
    void aBlobIsNamedByItsBytesAndComesBackAsItWas() throws IOException {
        assertThat(store().put(bytes("hello"), 5)).isEqualTo(new BlobStore.Stored(HELLO, 5));
        try (InputStream back = store().open(HELLO, 0)) {
            assertThat(back.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("hello");
            assertThat(back.read()).isEqualTo(-1);
        }
        assertThat(store().sizeBytes(HELLO)).hasValue(5);
        assertThat(store().path(HELLO)).isPresent();
        assertThat(store().list()).containsExactly(HELLO);
    }

    @Test
    void anEmptyBlobIsABlob() throws IOException {
        assertThat(store().put(bytes(""), 0)).isEqualTo(new BlobStore.Stored(EMPTY, 0));
        try (InputStream back = store().open(EMPTY, 0)) {
            assertThat(back.read()).isEqualTo(-1);
        }
    }

    @Test
    void puttingTheSameTwiceKeepsOne() throws IOException {
        store().put(bytes("hello"), 100);
        store().put(bytes("hello"), 100);
        assertThat(store().list()).containsExactly(HELLO);
    }

    @Test
    void aStreamThatBreaksOffLeavesNothing() throws IOException {
        assertThatThrownBy(() -> store().put(cut(random(300_000, 1)), 1 << 20)).hasMessage("the line went dead");
        assertThat(store().list()).isEmpty();
    }

    @Test
    void aBlobLargerThanAllowedIsRefusedAndLeavesNothing() throws IOException {
        assertThatThrownBy(() -> store().put(bytes("hello"), 4)).hasMessageContaining("larger than 4 bytes");
        assertThat(store().list()).isEmpty();
    }

    @Test
    void aPartIsReadFromItsOffset() throws IOException {
        store().put(bytes("hello"), 5);
        for (int offset = 0; offset <= 5; offset++) {
            try (InputStream back = store().open(HELLO, offset)) {
                assertThat(back.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("hello".substring(offset));
            }
        }
        assertThatThrownBy(() -> store().open(HELLO, 6)).hasMessageContaining("has 5 bytes, none at 6");
        assertThatThrownBy(() -> store().open(HELLO, -1)).isInstanceOf(IOException.class);
    }

    @Test
    void aPartOfADamagedSmallBlobIsNotGiven() throws IOException {
        byte[] content = random(200_000, 3);
        BlobId blob =
                store().put(new ByteArrayInputStream(content), content.length).blob();
        damage(blob);
        assertThatThrownBy(() -> store().open(blob, 150_000)).isInstanceOf(DamagedBlobException.class);
        assertThat(store().sizeBytes(blob)).isEmpty();
    }

    @Test
    void whatIsNotHereIsSaidToBeNotHere() throws IOException {
        assertThat(store().path(NONE)).isEmpty();
        assertThat(store().sizeBytes(NONE)).isEmpty();
        assertThatThrownBy(() -> store().open(NONE, 0))
                .isInstanceOf(FileNotFoundException.class)
                .hasMessageContaining("no copy of blob " + NONE);
        store().delete(NONE);
    }

    @Test
    void aDeletedBlobIsGone() throws IOException {
        store().put(bytes("hello"), 5);
        store().delete(HELLO);
        assertThat(store().list()).isEmpty();
        assertThat(store().path(HELLO)).isEmpty();
    }

    @Test
    void anAdoptedFileBecomesABlobAndIsNoFileAnyMore() throws IOException {
        Path file = file("out.bin", "hello".getBytes(StandardCharsets.UTF_8));
        assertThat(store().adopt(file)).isEqualTo(new BlobStore.Stored(HELLO, 5));
        assertThat(store().list()).containsExactly(HELLO);
        assertThatThrownBy(() -> store().adopt(file)).isInstanceOf(IOException.class);
    }

    @Test
    void aDamagedCopyNeverReachesItsReaderWhole() throws IOException {
        byte[] content = random(200_000, 2);
        BlobId blob =
                store().put(new ByteArrayInputStream(content), content.length).blob();
        damage(blob);
        int given = 0;
        byte[] buffer = new byte[1000];
        try (InputStream back = store().open(blob, 0)) {
            while (true) {
                given += back.read(buffer);
                assertThat(given).isLessThan(content.length);
            }
        } catch (DamagedBlobException damage) {
            assertThat(damage).hasMessageContaining("the copy of blob " + blob + " here is damaged");
        }
        assertThat(given).isGreaterThan(0);
    }
}
