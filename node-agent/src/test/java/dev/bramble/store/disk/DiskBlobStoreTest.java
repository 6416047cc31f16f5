package dev.bramble.store.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.bramble.model.BlobId;
import dev.bramble.store.BlobStore;
import dev.bramble.store.BlobStoreContract;
import dev.bramble.store.DamagedBlobException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskBlobStoreTest extends BlobStoreContract {
    @TempDir
    private Path parent;

    private final List<String> damages = new ArrayList<>();
    private final AtomicLong freeBytes = new AtomicLong(Long.MAX_VALUE);
    private Path folder;
    private DiskBlobStore store;

    @BeforeEach
    void open() throws IOException {
        folder = parent.resolve("store");
        store = DiskBlobStore.open(folder, 1000, damage -> damages.add(damage.getMessage()), path -> freeBytes.get());
    }

    @Override
    protected BlobStore store() {
        return store;
    }

    @Override
    protected Path file(String name, byte[] bytes) throws IOException {
        return Files.write(parent.resolve(name), bytes);
    }

    @Override
    protected void damage(BlobId blob) throws IOException {
        Path file = store.path(blob).orElseThrow();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(bytes.length() / 2);
            int old = bytes.read();
            bytes.seek(bytes.length() / 2);
            bytes.write(old ^ 1);
        }
    }

    private List<String> names(String subfolder) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(subfolder))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aBlobLiesUnderItsNameReadOnlyInFoldersThatNobodyElseEnters() throws IOException {
        BlobId blob = store.put(bytes("hello"), 5).blob();
        Path file = store.path(blob).orElseThrow();
        assertThat(file).isEqualTo(folder.resolve("blobs/2c/" + blob));
        assertThat(permissions(file)).isEqualTo("r--r--r--");
        for (String name : List.of("blobs", "blobs/2c", "incoming", "damaged")) {
            assertThat(permissions(folder.resolve(name))).as(name).isEqualTo("rwx------");
        }
        assertThat(names("incoming")).isEmpty();
    }

    @Test
    void blobsAreThereAfterARestartAndLeftoversOfACrashAreNot() throws IOException {
        BlobId blob = store.put(bytes("hello"), 5).blob();
        Files.writeString(folder.resolve("incoming/in-1"), "half of som");
        DiskBlobStore again = DiskBlobStore.open(folder, 1000, damage -> damages.add(damage.getMessage()));
        assertThat(again.list()).containsExactly(blob);
        assertThat(names("incoming")).isEmpty();
        again.put(bytes("hello again"), 100);
        assertThat(again.list()).hasSize(2);
    }

    @Test
    void whateverFailsNothingStaysInIncoming() throws IOException {
        assertThatThrownBy(() -> store.put(cut(random(200_000, 3)), 1 << 20)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> store.put(bytes("hello"), 2)).isInstanceOf(IOException.class);
        freeBytes.set(999);
        assertThatThrownBy(() -> store.put(bytes("hello"), 5)).isInstanceOf(IOException.class);
        assertThat(names("incoming")).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aDiskThatFallsBelowTheReserveTakesNoMoreAndSaysSo() throws IOException {
        freeBytes.set(999);
        assertThatThrownBy(() -> store.put(bytes("hello"), 5))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nearly full")
                .hasMessageContaining("bramble rm");
        freeBytes.set(1000);
        assertThat(store.put(bytes("hello"), 5).sizeBytes()).isEqualTo(5);
    }

    @Test
    void aDiskThatFillsWhileABlobComesInIsNoticedInTime() throws IOException {
        InputStream endless = new InputStream() {
            private long given;

            @Override
            public int read() {
                return 7;
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                given += length;
                freeBytes.set(Math.max(0, (20 << 20) - given));
                return length;
            }
        };
        assertThatThrownBy(() -> store.put(endless, 1 << 30)).hasMessageContaining("nearly full");
        assertThat(names("incoming")).isEmpty();
    }

    @Test
    void aDamagedCopyIsMovedAsideAndTold() throws IOException {
        BlobId blob = store.put(bytes("hello"), 5).blob();
        damage(blob);
        try (InputStream back = store.open(blob, 0)) {
            assertThatThrownBy(back::readAllBytes).isInstanceOf(DamagedBlobException.class);
        }
        assertThat(store.list()).isEmpty();
        assertThat(store.path(blob)).isEmpty();
        assertThat(names("damaged")).containsExactly(blob.sha256());
        assertThat(damages).singleElement().asString().contains("is damaged").contains("moved to " + folder);
    }

    @Test
    void onlyTheNewestDamagedCopiesAreKept() throws IOException {
        for (int i = 0; i < DiskBlobStore.DAMAGED_KEPT_MAX + 3; i++) {
            BlobId blob = store.put(bytes("blob " + i), 100).blob();
            damage(blob);
            try (InputStream back = store.open(blob, 0)) {
                assertThatThrownBy(back::readAllBytes).isInstanceOf(DamagedBlobException.class);
            }
        }
        assertThat(names("damaged")).hasSize(DiskBlobStore.DAMAGED_KEPT_MAX);
    }

    @Test
    void puttingABlobAgainHealsADamagedCopyEvenUnderAReader() throws IOException {
        byte[] content = random(200_000, 4);
        BlobId blob =
                store.put(new ByteArrayInputStream(content), content.length).blob();
        damage(blob);
        try (InputStream reader = store.open(blob, 0)) {
            store.put(new ByteArrayInputStream(content), content.length);
            assertThatThrownBy(reader::readAllBytes).isInstanceOf(DamagedBlobException.class);
        }
        try (InputStream back = store.open(blob, 0)) {
            assertThat(back.readAllBytes()).isEqualTo(content);
        }
        assertThat(damages).isEmpty();
    }

    @Test
    void aDamagedSizeIsDamageToo() throws IOException {
        BlobId blob = store.put(bytes("hello"), 5).blob();
        Path file = store.path(blob).orElseThrow();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(file, "hell");
        try (InputStream back = store.open(blob, 0)) {
            assertThatThrownBy(back::readAllBytes).isInstanceOf(DamagedBlobException.class);
        }
    }

    @Test
    void aFileThatSomebodyCouldStillChangeIsCopied() throws IOException {
        Path file = file("out", "hello".getBytes(StandardCharsets.UTF_8));
        Path otherName = parent.resolve("link");
        Files.createLink(otherName, file);
        BlobId blob = store.adopt(file).blob();
        assertThat(file).doesNotExist();
        Files.writeString(otherName, "HELLO");
        try (InputStream back = store.open(blob, 0)) {
            assertThat(back.readAllBytes()).asString().isEqualTo("hello");
        }
    }

    @Test
    void aFileOfATasksUserBelongsToTheStoreOnceItIsAdopted() throws IOException {
        Path file = file("out", "hello".getBytes(StandardCharsets.UTF_8));
        Object nobody = 65_534;
        try {
            Files.setAttribute(file, "unix:uid", nobody);
        } catch (IOException notRoot) {
            abort("only root can give a file away");
        }
        Path blob = store.path(store.adopt(file).blob()).orElseThrow();
        assertThat(Files.getOwner(blob)).isEqualTo(Files.getOwner(folder));
        assertThat(permissions(blob)).isEqualTo("r--r--r--");
    }

    @Test
    void onlyRegularFilesAreAdopted() throws IOException {
        Path secret = file("secret", new byte[] {1});
        Path link = parent.resolve("out");
        Files.createSymbolicLink(link, secret);
        assertThatThrownBy(() -> store.adopt(link)).hasMessageContaining("no regular file");
        assertThatThrownBy(() -> store.adopt(parent)).hasMessageContaining("no regular file");
        assertThat(secret).exists();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void manyThreadsPuttingTheSameFewBlobsEndWithThoseFew() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<BlobStore.Stored>> stored = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                byte[] content = random(50_000, i % 5);
                Callable<BlobStore.Stored> put = () -> store.put(new ByteArrayInputStream(content), content.length);
                stored.add(threads.submit(put));
            }
            for (Future<BlobStore.Stored> each : stored) {
                assertThat(each.get(30, TimeUnit.SECONDS).sizeBytes()).isEqualTo(50_000);
            }
        }
        assertThat(store.list()).hasSize(5);
        assertThat(names("incoming")).isEmpty();
    }
}
