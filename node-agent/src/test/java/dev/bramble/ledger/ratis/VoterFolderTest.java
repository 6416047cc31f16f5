package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VoterFolderTest {
    private static final NodeId NODE = new NodeId("n1");

    @TempDir
    private Path root;

    private VoterFolder open() throws IOException, DamagedException {
        return VoterFolder.open(root.resolve("ledger"), NODE, Voter.LEDGER, Optional.empty());
    }

    @Test
    void storageKeepsItsNameAndANewFolderGetsAnother() throws Exception {
        String first;
        try (VoterFolder folder = open()) {
            first = folder.storage();
            folder.markJoined();
        }
        try (VoterFolder folder = open()) {
            assertThat(folder.storage()).isEqualTo(first);
            assertThat(folder.joined()).isTrue();
        }
        VoterFolder.setAside(root.resolve("ledger"), "damaged");
        try (VoterFolder folder = open()) {
            assertThat(folder.storage()).isNotEqualTo(first).matches("[0-9a-f]{16}");
            assertThat(folder.joined()).isFalse();
        }
    }

    @Test
    void whatARecoveryThatDiedHadMadeIsForgottenOnceTheOldFolderIsOpenedAgain() throws Exception {
        Path unfinished = root.resolve("ledger-recovering");
        Files.createDirectories(unfinished);
        Files.writeString(unfinished.resolve("voter.properties"), "storage=0");
        open().close();
        assertThat(unfinished)
                .as("there was no other folder yet: it may be all there is")
                .exists();
        open().close();
        assertThat(unfinished).doesNotExist();
    }

    @Test
    void folderIsForItsOwnerAlone() throws Exception {
        open().close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("ledger"))))
                .isEqualTo("rwx------");
    }

    @Test
    void foldersSetAsideAreCountedUpAndTheNewestThreeAreKept() throws Exception {
        for (int i = 0; i < 5; i++) {
            open().close();
            Files.writeString(root.resolve("ledger/mark"), "number " + i);
            VoterFolder.setAside(root.resolve("ledger"), "damaged");
        }
        try (Stream<Path> left = Files.list(root)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("ledger-damaged-3", "ledger-damaged-4", "ledger-damaged-5");
        }
        assertThat(root.resolve("ledger-damaged-5/mark")).hasContent("number 4");
    }

    @Test
    void folderThatLostOrGarbledItsNameIsDamaged() throws Exception {
        open().close();
        Path identity = root.resolve("ledger/voter.properties");
        Files.writeString(identity, "storage=\\u00zz");
        assertThatThrownBy(this::open).isInstanceOf(DamagedException.class).hasMessageContaining("garbled");
        Files.writeString(identity, "node=n1");
        assertThatThrownBy(this::open).isInstanceOf(DamagedException.class).hasMessageContaining("does not name");
        Files.delete(identity);
        Files.createDirectories(root.resolve("ledger/engine"));
        assertThatThrownBy(this::open).isInstanceOf(DamagedException.class).hasMessageContaining("is missing");
    }

    @Test
    void folderInUseOrOfAnotherLedgerIsRefusedButNotDamaged() throws Exception {
        try (VoterFolder folder = open()) {
            assertThat(folder.storage()).isNotEmpty();
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
        }
        assertThatThrownBy(() ->
                        VoterFolder.open(root.resolve("ledger"), new NodeId("n2"), Voter.LEDGER, Optional.empty()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("says node n1, but this is node n2");
    }

    @Test
    void noteOfWhatWasAppliedIsReadBackUnlessItIsGarbled() throws Exception {
        Path file = root.resolve("applied");
        assertThat(new AppliedNote(file).read()).isEmpty();
        AppliedNote note = new AppliedNote(file);
        note.write(41);
        note.write(7);
        assertThat(new AppliedNote(file).read()).hasValue(41);
        byte[] bytes = Files.readAllBytes(file);
        bytes[5] ^= 1;
        Files.write(file, bytes);
        assertThat(new AppliedNote(file).read()).isEmpty();
    }
}
