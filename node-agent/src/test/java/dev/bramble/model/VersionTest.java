package dev.bramble.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void theBuildWritesItsOwnVersionIntoTheProgram() {
        assertThat(Version.current().text()).matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }
}
