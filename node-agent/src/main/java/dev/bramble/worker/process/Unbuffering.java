package dev.bramble.worker.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The variables that make programs print each line at once. For those that use C's stdio they are what {@code stdbuf
 * -oL} sets, so that a program which is missing is still told by its own name.
 */
final class Unbuffering {
    private static final String PRELOAD = "LD_PRELOAD";
    private static final String STDOUT_MODE = "_STDBUF_O";
    /** Of coreutils in Debian, and as built from its source. */
    private static final List<Path> LIBRARIES =
            List.of(Path.of("/usr/libexec/coreutils/libstdbuf.so"), Path.of("/usr/lib/coreutils/libstdbuf.so"));

    private Unbuffering() {}

    /** {@code env} and what it does not set itself. */
    static SequencedMap<String, String> of(SequencedMap<String, String> env) {
        SequencedMap<String, String> all = new LinkedHashMap<>(env);
        all.putIfAbsent("PYTHONUNBUFFERED", "1");
        Optional<Path> library = LIBRARIES.stream().filter(Files::isReadable).findFirst();
        if (library.isPresent() && all.putIfAbsent(STDOUT_MODE, "L") == null) {
            all.merge(PRELOAD, library.get().toString(), (old, added) -> old.isEmpty() ? added : old + ":" + added);
        }
        return all;
    }
}
