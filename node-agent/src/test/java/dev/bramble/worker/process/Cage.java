package dev.bramble.worker.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.worker.Workers.Level;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The ways to run attempts that a build machine may have, each forced by a setting. */
enum Cage {
    OWN_UID(Level.OWN_UID, true, true),
    NAMESPACES(Level.NAMESPACES, false, true),
    PROCESS_GROUP(Level.PROCESS_GROUP, false, false),
    /** What root has in a container that lets nobody make namespaces. */
    PROCESS_GROUP_OF_ROOT(Level.PROCESS_GROUP, true, false);

    /** Any user but root; no process and no file of this machine is its own. */
    private static final int ORDINARY_UID = 64_321;

    final Level level;
    final boolean ofRoot;
    final boolean hasNamespaces;

    Cage(Level level, boolean ofRoot, boolean hasNamespaces) {
        this.level = level;
        this.ofRoot = ofRoot;
        this.hasNamespaces = hasNamespaces;
    }

    /** Skips the test where the tests' own user cannot give this. */
    void assumePossible() {
        assumeTrue(!ofRoot || isRoot(), this + " needs root");
    }

    ProcessSettings settings(Path folder) {
        ProcessSettings settings = ProcessSettings.of(folder).withLevel(level);
        if (ofRoot || !isRoot()) {
            return settings;
        }
        String uid = Integer.toString(ORDINARY_UID);
        return settings.withLauncher(List.of("setpriv", "--reuid", uid, "--regid", uid, "--clear-groups"));
    }

    /** Tasks are other users than the agent, or see nothing of it. */
    boolean keepsSecrets() {
        return ofRoot || hasNamespaces;
    }

    static boolean isRoot() {
        try {
            return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
