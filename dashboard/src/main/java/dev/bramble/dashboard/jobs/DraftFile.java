package dev.bramble.dashboard.jobs;

import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.SentFile;
import dev.bramble.model.BlobId;
import dev.bramble.model.ShippedFile;
import java.util.Optional;

/**
 * A file of a job that is being written: uploaded already.
 *
 * @param lines how many; −1 when nobody counted
 * @param lineTooLong the first that is too long for a task, or 0
 */
record DraftFile(ShippedFile file, long lines, long lineTooLong) {
    /** Blanks between what comes before the name, which may have some itself. */
    private static final int FIELDS = 6;

    static DraftFile of(SentFile sent) {
        return new DraftFile(
                new ShippedFile(sent.name(), sent.blob(), sent.sizeBytes(), sent.isProgram()),
                sent.lines(),
                sent.lineTooLong());
    }

    /**
     * As the form carries it from page to page: hash, size, lines, the line that is too long, program or file, name.
     */
    String field() {
        return String.join(
                " ",
                file.blob().sha256(),
                Long.toString(file.sizeBytes()),
                Long.toString(lines),
                Long.toString(lineTooLong),
                file.executable() ? "program" : "file",
                file.name());
    }

    /** Empty when somebody has written into it. */
    static Optional<DraftFile> read(String field) {
        String[] parts = field.split(" ", FIELDS);
        boolean isSound = parts.length == FIELDS
                && parts[0].matches("[0-9a-f]{64}")
                && parts[1].matches("[0-9]{1,18}")
                && parts[2].matches("-1|[0-9]{1,18}")
                && parts[3].matches("[0-9]{1,18}")
                && !parts[5].isEmpty();
        return isSound
                ? Optional.of(new DraftFile(
                        new ShippedFile(
                                parts[5], new BlobId(parts[0]), Long.parseLong(parts[1]), parts[4].equals("program")),
                        Long.parseLong(parts[2]),
                        Long.parseLong(parts[3])))
                : Optional.empty();
    }

    /** {@code 4.2 MiB, 1,200 lines}. */
    String described() {
        String size = Shown.bytes(file.sizeBytes());
        String counted = lines < 0 ? size : size + ", " + Shown.counted(lines, "line", "lines");
        return file.executable() ? counted + ", program" : counted;
    }
}
