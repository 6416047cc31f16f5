package dev.bramble.dashboard.screen;

import dev.bramble.dashboard.blobs.Intake;
import dev.bramble.dashboard.http.MultipartForm;
import dev.bramble.dashboard.http.ProblemException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A form as it came: its fields held, its files on the nodes already.
 *
 * @param troubles why files were not taken, a sentence each
 */
record SentForm(Map<String, List<String>> fields, List<SentFile> files, List<String> troubles) {
    /** {@code #!} or the mark of ELF. */
    private static final int MARK_BYTES = 4;

    static SentForm of(Map<String, List<String>> fields) {
        return new SentForm(fields, List.of(), List.of());
    }

    /** Reads a form with files; what is wrong with one of these costs none of the fields. */
    static SentForm read(InputStream in, String contentType, FormScreen form, Intake intake, Intake.Giver giver)
            throws IOException {
        Reader reader = new Reader(form.filesMax(), intake, giver);
        MultipartForm.read(in, contentType, form.bytesMax(), reader);
        return new SentForm(reader.fields, reader.files, reader.troubles);
    }

    private static final class Reader implements MultipartForm.Reader {
        private final int filesMax;
        private final Intake intake;
        private final Intake.Giver giver;
        private final Map<String, List<String>> fields = new LinkedHashMap<>();
        private final List<SentFile> files = new ArrayList<>();
        private final List<String> troubles = new ArrayList<>();

        Reader(int filesMax, Intake intake, Intake.Giver giver) {
            this.filesMax = filesMax;
            this.intake = intake;
            this.giver = giver;
        }

        @Override
        public void field(String name, String text) {
            fields.computeIfAbsent(name, first -> new ArrayList<>()).add(text);
        }

        @Override
        public void file(String name, String fileName, InputStream bytes) throws IOException {
            if (fileName.isEmpty()) {
                // What browsers send when no file was chosen.
                return;
            }
            if (files.size() >= filesMax) {
                troubles.add(fileName + " is one file too many: send at most " + filesMax + " at a time");
                return;
            }
            try {
                BufferedInputStream buffered = new BufferedInputStream(bytes);
                boolean isProgram = isProgram(buffered);
                Intake.Taken taken = intake.take(giver, () -> buffered, -1, Optional.empty());
                files.add(new SentFile(
                        fileName, taken.blob(), taken.sizeBytes(), taken.lines(), taken.lineTooLong(), isProgram));
            } catch (ProblemException problem) {
                troubles.add(fileName + ": " + problem.getMessage());
            }
        }

        private static boolean isProgram(BufferedInputStream in) throws IOException {
            in.mark(MARK_BYTES);
            byte[] mark = in.readNBytes(MARK_BYTES);
            in.reset();
            boolean isScript = mark.length >= 2 && mark[0] == '#' && mark[1] == '!';
            boolean isElf = mark.length == MARK_BYTES && mark[0] == 0x7f && mark[1] == 'E' && mark[2] == 'L';
            return isScript || isElf;
        }
    }
}
