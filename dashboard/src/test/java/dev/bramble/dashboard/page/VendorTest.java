package dev.bramble.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Others' scripts are here as they were released, and each is accounted for. */
class VendorTest {
    private static final Path VENDOR = Path.of("src/main/resources/assets/vendor");

    @Test
    void everyFileIsTheOneInTheLockWithVersionAndLicence() throws Exception {
        List<String[]> locked = Files.readAllLines(VENDOR.resolve("assets.lock")).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" "))
                .toList();
        assertThat(locked).allSatisfy(fields -> {
            assertThat(fields).hasSize(5);
            assertThat(fields[0]).contains(fields[1]);
            assertThat(sha256(VENDOR.resolve(fields[0]))).as(fields[0]).isEqualTo(fields[2]);
            assertThat(fields[3]).isIn("MIT", "0BSD", "ISC", "BSD-2-Clause");
        });
        try (var files = Files.list(VENDOR)) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> !name.equals("assets.lock")))
                    .containsExactlyInAnyOrderElementsOf(
                            locked.stream().map(fields -> fields[0]).toList());
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
