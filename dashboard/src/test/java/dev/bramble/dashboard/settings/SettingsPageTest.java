package dev.bramble.dashboard.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SettingsPageTest {
    @Test
    void aSizeThatNobodyReadsIsThereInOneThatPeopleRead() {
        assertThat(SettingsPage.readable("blobs.user-max", "9765625000K")).isEqualTo("9.1T");
        assertThat(SettingsPage.readable("blobs.heal-after", "30s")).isEqualTo("30s");
    }
}
