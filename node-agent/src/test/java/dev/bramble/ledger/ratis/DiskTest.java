package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Voters whose disk takes no more. */
class DiskTest {
    private static final int ENTRY_BYTES = 50_000;

    /** Less than a segment of the log. */
    private static final String LARGEST_FILE_BYTES = "3000000";

    @TempDir
    private Path root;

    private final Authority authority = new Authority();
    private VoterProcess a;
    private VoterProcess b;
    private VoterProcess c;

    @AfterEach
    void closeAll() {
        for (VoterProcess voter : new VoterProcess[] {a, b, c}) {
            if (voter != null) {
                voter.close();
            }
        }
    }

    private static boolean works(String... command) {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void leaderWhoseLogCannotGrowStandsAsideAndLosesNothing() {
        assumeTrue(works("prlimit", "--fsize=" + LARGEST_FILE_BYTES, "true"), "prlimit");
        a = new VoterProcess(root, "a", authority, "prlimit", "--fsize=" + LARGEST_FILE_BYTES)
                .start("found")
                .awaitUp();
        Voter.await("a leads", a::leads);
        assertThat(a.ask("load line- " + ENTRY_BYTES + " 4")).isEqualTo("ok");
        Voter.await("a stands aside", () -> a.ask("status").contains("disk cannot be written"));
        assertThat(a.ask("status")).contains("leading=false");
        assertThat(a.acknowledged).hasSizeGreaterThan(20);

        // There is room again: the same storage goes on where it was.
        a.kill();
        a = new VoterProcess(a).start("open").awaitUp();
        Voter.await("a leads", a::leads);
        assertThat(a.ask("append after- 1 20 1")).contains("/s");
        assertThat(a.lines())
                .containsAll(a.acknowledged)
                .doesNotHaveDuplicates()
                .endsWith("after-0");
        assertThat(root.resolve("a-damaged-1")).doesNotExist();
    }

    @Test
    void followerWithAFullDiskStandsAsideAndTheOthersGoOn() throws IOException {
        Path disk = Files.createDirectories(root.resolve("b"));
        String mount = "mount -t tmpfs -o size=3m tmpfs " + disk + " && exec \"$@\"";
        assumeTrue(works("unshare", "-m", "sh", "-c", mount, "sh", "true"), "a file system of its own needs root");
        a = new VoterProcess(root, "a", authority).start("found");
        b = new VoterProcess(root, "b", authority, "unshare", "-m", "sh", "-c", mount, "sh").start("open");
        c = new VoterProcess(root, "c", authority).start("open");
        a.awaitUp();
        b.awaitUp();
        c.awaitUp();
        Voter.await("a leads", a::leads);
        assertThat(a.ask("add b " + b.ask("self"))).isEqualTo("ok");
        assertThat(a.ask("add c " + c.ask("self"))).isEqualTo("ok");

        assertThat(a.ask("load line- " + ENTRY_BYTES + " 4")).isEqualTo("ok");
        Voter.await("b stands aside", () -> b.ask("status").contains("disk cannot be written"));
        assertThat(b.ask("status")).contains("No space left on device");
        int before = a.acknowledged.size();
        Voter.await("a and c go on", () -> a.acknowledged.size() > before + 20);
    }
}
