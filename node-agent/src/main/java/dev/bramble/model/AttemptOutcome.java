package dev.bramble.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one attempt came to: reported by its node until the ledger has recorded it or it is told that nobody wants it.
 *
 * @param retryEpoch the job's retry epoch under which it was granted
 * @param exitCode exit code; 128 + number when a signal ended it; −1 when it never started
 * @param reason a sentence for people when it did not succeed or was cut, else empty
 * @param millis run time
 * @param stdout what it printed, cut at the limit
 * @param stderr the same
 * @param cut whether stdout or stderr was cut at the limit
 * @param outputs files kept
 * @param checkpoint what it left for the next attempt when it was stopped; only with {@link AttemptEnd#KILLED}
 */
public record AttemptOutcome(
        AttemptId attempt,
        TaskId task,
        int retryEpoch,
        AttemptEnd end,
        int exitCode,
        String reason,
        long millis,
        Output stdout,
        Output stderr,
        boolean cut,
        List<KeptFile> outputs,
        Optional<Checkpoint> checkpoint) {

    /** About how many bytes it takes in a message or an entry. */
    public int messageBytes() {
        int bytes = 400 + stdout.messageBytes() + stderr.messageBytes();
        for (KeptFile file : outputs) {
            bytes += file.messageBytes();
        }
        return bytes + checkpoint.map(Checkpoint::messageBytes).orElse(0);
    }

    /** The blobs that have what it left, each once. */
    public List<Output.Stored> stored() {
        Stream<Output> left =
                Stream.concat(Stream.of(stdout, stderr), outputs.stream().map(KeptFile::content));
        Stream<Output.Stored> saved = checkpoint.map(Checkpoint::stored).orElse(List.of()).stream();
        return Stream.concat(left.flatMap(output -> output.stored().stream()), saved)
                .distinct()
                .toList();
    }

    /** One collected output under its name in the task's folder. */
    public record KeptFile(String name, Output content, boolean executable) {
        /** About how many bytes it takes in a message or an entry. */
        public int messageBytes() {
            return 200 + content.messageBytes();
        }
    }
}
