package dev.bramble.cli;

import dev.bramble.cli.connect.Outage;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.ProgressLine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Tells the user that nobody answers, while the command goes on trying, or that what is answered is old. */
final class OutageLine implements Outage {
    /** A change of leader or a dropped packet is over before anyone would have read of it. */
    private static final Duration UNTOLD_MAX = Duration.ofSeconds(2);

    private final ProgressLine line;
    private final Pace pace;
    private final Consumer<String> note;
    private final AtomicBoolean toldOld = new AtomicBoolean();

    /** @param note takes a line that stays */
    OutageLine(ProgressLine line, Pace pace, Consumer<String> note) {
        this.line = line;
        this.pace = pace;
        this.note = note;
    }

    @Override
    public void lasts(Duration since, String reason) {
        if (since.compareTo(UNTOLD_MAX) >= 0) {
            String text = "cannot reach the bramble since " + since.toSeconds() + " s, trying on";
            line.show(-1, List.of(text, CleanText.line(reason)), text, pace.nanos());
        }
    }

    @Override
    public void isOver() {
        line.clear();
    }

    /** Once: a command that watches asks every second. */
    @Override
    public void answersOld(String head) {
        if (toldOld.compareAndSet(false, true)) {
            line.clear();
            note.accept("bramble: " + CleanText.line(head));
        }
    }
}
