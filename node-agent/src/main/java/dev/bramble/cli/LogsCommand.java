package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.ProgressLine;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "logs",
        description = "Print what a task printed, also while it runs.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble logs 7 0",
            "  bramble logs 7 0 --follow --tail 20",
            "  bramble logs 7 3 --stderr",
            "  bramble logs 7 reduce > reduce.txt     bytes as they were printed"
        })
final class LogsCommand implements Callable<Integer> {
    /** Most that the interface gives at once. */
    private static final int PIECE_BYTES_MAX = 1 << 20;
    /** Lines of a log are some hundred bytes; the leader keeps 64 kB of a running task anyway. */
    private static final int TAIL_BYTES = 64 * 1024;

    private static final Duration PAUSE_MIN = Duration.ofMillis(200);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    @Parameters(index = "0", paramLabel = "JOB", converter = JobArgument.Job.class, description = "Number of the job.")
    private String job;

    @Parameters(
            index = "1",
            paramLabel = "TASK",
            defaultValue = "0",
            converter = JobArgument.Task.class,
            description = "Index of the task, or the word reduce (default: ${DEFAULT-VALUE}).")
    private String task;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on printing until the task ends.")
    private boolean follow;

    @Option(names = "--stderr", description = "What it printed to stderr instead of stdout.")
    private boolean stderr;

    @Option(names = "--tail", paramLabel = "N", description = "Begin with the last N lines (of the last 64 KiB).")
    private Integer tail;

    @Option(
            names = "--raw",
            description = "Print control characters as they are, also on a terminal: they can do anything to it.")
    private boolean raw;

    @Spec
    private CommandSpec spec;

    private final TopCommand top;

    LogsCommand(TopCommand top) {
        this.top = top;
    }

    /** What one piece told beside its bytes. */
    private record Piece(byte[] bytes, long offset, long size, boolean ended, boolean tailOnly) {
        static Piece read(InputStream body, HttpHeaders headers) throws IOException {
            return new Piece(
                    body.readNBytes(PIECE_BYTES_MAX),
                    headers.firstValueAsLong("Bramble-Log-Offset").orElse(0),
                    headers.firstValueAsLong("Bramble-Log-Size").orElse(0),
                    headers.firstValue("Bramble-Log-Ended")
                            .map(Boolean::parseBoolean)
                            .orElse(true),
                    headers.firstValue("Bramble-Log-Tail-Only")
                            .map(Boolean::parseBoolean)
                            .orElse(false));
        }
    }

    @Override
    public Integer call() {
        if (tail != null && tail < 0) {
            throw new ParameterException(spec.commandLine(), "--tail must be a number of lines, it is " + tail);
        }
        LogPrinter printer = new LogPrinter(top.out(), raw);
        ProgressLine outage = top.progress();
        try (Conversation bramble = top.connect(follow ? Patience.LONG : Patience.PROMPT, outage)) {
            Piece piece = piece(bramble, tail == null ? 0 : -TAIL_BYTES);
            printer.print(tail == null ? piece.bytes() : LogPrinter.lastLines(piece.bytes(), tail));
            if (piece.tailOnly()) {
                top.err().line("this is only the end of it: the node is gone, and this is what was heard of it last");
            }
            rest(bramble, piece, printer);
        } finally {
            printer.finish();
        }
        return ExitCode.DONE.number();
    }

    /** What follows {@code first}: up to the end as it is now, or until the task ends. */
    private void rest(Conversation bramble, Piece first, LogPrinter printer) {
        Piece piece = first;
        Duration pause = PAUSE_MIN;
        while (true) {
            long next = piece.offset() + piece.bytes().length;
            boolean atEnd = piece.bytes().length == 0 || next >= piece.size();
            if (atEnd && (piece.ended() || !follow)) {
                return;
            }
            if (atEnd) {
                top.pace().pause(pause);
                pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
            }
            piece = piece(bramble, next);
            if (piece.size() < next) {
                top.err().line("(another attempt of the task began)");
                next = 0;
                piece = piece(bramble, next);
            }
            piece = following(next, piece);
            if (piece.bytes().length > 0) {
                pause = PAUSE_MIN;
                printer.print(piece.bytes());
            }
        }
    }

    /**
     * The part of {@code piece} from {@code next} on. While a task ends its log moves from its node to where it is
     * kept, and an answer may begin earlier than it was asked to; of a node that is gone only the end may be left.
     */
    private Piece following(long next, Piece piece) {
        if (piece.offset() > next && piece.bytes().length > 0) {
            top.err().line("(" + (piece.offset() - next) + " bytes are missing here)");
        }
        if (piece.offset() >= next) {
            return piece;
        }
        int known = (int) Math.min(next - piece.offset(), piece.bytes().length);
        byte[] fresh = Arrays.copyOfRange(piece.bytes(), known, piece.bytes().length);
        return new Piece(fresh, next, piece.size(), piece.ended(), piece.tailOnly());
    }

    private Piece piece(Conversation bramble, long offset) {
        return bramble.fetch(
                "/jobs/" + job + "/tasks/" + task + "/log?stream=" + (stderr ? "stderr" : "stdout") + "&offset="
                        + offset + "&limit=" + PIECE_BYTES_MAX,
                Piece::read);
    }
}
