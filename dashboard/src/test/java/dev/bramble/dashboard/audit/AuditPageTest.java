package dev.bramble.dashboard.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuditPageTest {
    private static Views.AuditView record(String action, int refused) {
        return new Views.AuditView(
                1,
                1_000,
                Optional.empty(),
                "sue",
                "wanted this, and nothing was left to change",
                "",
                "",
                "",
                action,
                "",
                refused);
    }

    @Test
    void anUploadIsSaidToBeOne() {
        assertThat(AuditPage.told(record("hold-blob", 0))).isEqualTo("uploaded a file");
        assertThat(AuditPage.told(record("hold-blob", 1))).contains("wanted this");
        assertThat(AuditPage.told(record("set-standing", 0))).contains("nothing was left to change");
    }
}
