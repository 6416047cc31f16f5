package dev.bramble.model;

import java.util.List;

/**
 * What an attempt left for the next attempt of its task.
 *
 * @param files all that it left in its checkpoint folder, by their names there; none when it could not be kept
 */
public record Checkpoint(List<AttemptOutcome.KeptFile> files) {
    /** More files than any program's state has would fill the ledger with names. */
    public static final int FILES_MAX = 100;

    /** About how many bytes it takes in a message or an entry. */
    public int messageBytes() {
        return files.stream().mapToInt(AttemptOutcome.KeptFile::messageBytes).sum();
    }

    /** The blobs that have its files, each once. */
    public List<Output.Stored> stored() {
        return files.stream()
                .flatMap(file -> file.content().stored().stream())
                .distinct()
                .toList();
    }
}
