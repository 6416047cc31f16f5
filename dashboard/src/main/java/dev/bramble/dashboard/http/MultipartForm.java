package dev.bramble.dashboard.http;

import dev.bramble.model.PieceStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A form with files (RFC 7578), read part by part as it comes: a file passes through, nothing of it is held. For one
 * thread.
 */
public final class MultipartForm {
    public static final String TYPE = "multipart/form-data";

    /** Of one part; browsers send two short ones. */
    static final int HEADERS_BYTES_MAX = 8 * 1024;
    /** Fields and files: a job with as many files as one may have names each in a field. */
    static final int PARTS_MAX = 12_000;

    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Pattern BOUNDARY =
            Pattern.compile("(?:^|;)\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME = Pattern.compile("(?:^|;)\\s*name=\"([^\"]*)\"");
    private static final Pattern FILE_NAME = Pattern.compile("(?:^|;)\\s*filename=\"([^\"]*)\"");
    private static final String DISPOSITION = "content-disposition:";

    /** Told of each part in the order of the form. */
    public interface Reader {
        void field(String name, String text);

        /** @param bytes read as far as wanted; what is left of them is passed over */
        void file(String name, String fileName, InputStream bytes) throws IOException;
    }

    private final InputStream in;
    private final byte[] delimiter;
    private final int fieldsBytesMax;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private int fieldsBytes;

    private MultipartForm(InputStream in, String boundary, int fieldsBytesMax) {
        this.in = in;
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.UTF_8);
        this.fieldsBytesMax = fieldsBytesMax;
        // As if a line had ended before: then the first delimiter looks like the others.
        buffer[0] = '\r';
        buffer[1] = '\n';
        to = 2;
    }

    /** Whether a body of this type is such a form. */
    public static boolean is(String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(TYPE);
    }

    /**
     * Reads the whole form.
     *
     * @param fieldsBytesMax of all fields that are no files, together
     * @throws ProblemException when it is none, is cut off, or is too large
     * @throws IOException what {@code reader} throws
     */
    public static void read(InputStream in, String contentType, int fieldsBytesMax, Reader reader) throws IOException {
        Matcher boundary = BOUNDARY.matcher(contentType.substring(contentType.indexOf(';') + 1));
        if (contentType.indexOf(';') < 0 || !boundary.find()) {
            throw ProblemException.unreadable("the form has no boundary: send it with a browser", List.of());
        }
        String text = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
        new MultipartForm(in, text, fieldsBytesMax).read(reader);
    }

    private void read(Reader reader) throws IOException {
        passOver(new PartStream());
        int parts = 0;
        while (nextPart()) {
            if (++parts > PARTS_MAX) {
                throw ProblemException.tooLarge("the form has more than " + PARTS_MAX + " parts: send fewer");
            }
            String disposition = disposition();
            String name = value(NAME, disposition).orElse("");
            Optional<String> fileName = value(FILE_NAME, disposition);
            PartStream part = new PartStream();
            if (fileName.isPresent()) {
                reader.file(name, fileName.get(), part);
                passOver(part);
            } else {
                reader.field(name, text(part));
            }
        }
    }

    /** After a delimiter: whether a part follows. */
    private boolean nextPart() {
        from += delimiter.length;
        need(2);
        boolean isLast = buffer[from] == '-' && buffer[from + 1] == '-';
        if (!isLast) {
            // Blanks may stand before the end of the line.
            while (buffer[from] == ' ' || buffer[from] == '\t') {
                from++;
                need(2);
            }
            if (buffer[from] != '\r' || buffer[from + 1] != '\n') {
                throw broken();
            }
            from += 2;
        }
        return !isLast;
    }

    private String disposition() {
        String found = "";
        int bytes = 0;
        for (String line = headerLine(); !line.isEmpty(); line = headerLine()) {
            bytes += line.length();
            if (bytes > HEADERS_BYTES_MAX) {
                throw ProblemException.unreadable("a part of the form has too long a header", List.of());
            }
            if (line.regionMatches(true, 0, DISPOSITION, 0, DISPOSITION.length())) {
                found = line.substring(DISPOSITION.length());
            }
        }
        return found;
    }

    private String headerLine() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            need(2);
            if (buffer[from] == '\r' && buffer[from + 1] == '\n') {
                from += 2;
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(buffer[from++]);
            if (line.size() > HEADERS_BYTES_MAX) {
                throw ProblemException.unreadable("a part of the form has too long a header", List.of());
            }
        }
    }

    /** Browsers write a quotation mark and line ends in a name like in an address, and nothing else. */
    private static Optional<String> value(Pattern pattern, String disposition) {
        Matcher found = pattern.matcher(disposition);
        return found.find()
                ? Optional.of(
                        found.group(1).replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n"))
                : Optional.empty();
    }

    private String text(PartStream part) throws IOException {
        byte[] bytes = part.readNBytes(fieldsBytesMax - fieldsBytes + 1);
        fieldsBytes += bytes.length;
        if (fieldsBytes > fieldsBytesMax) {
            throw ProblemException.tooLarge("the form's fields have more than the " + fieldsBytesMax
                    + " bytes accepted here: put long texts into a file");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void passOver(PartStream part) throws IOException {
        byte[] piece = new byte[8 * 1024];
        while (part.read(piece, 0, piece.length) >= 0) {
            // Only to get to the next.
        }
    }

    // --- Bytes -------------------------------------------------------------------------------------------------------

    /** Has at least so many bytes in the buffer. */
    private void need(int bytes) {
        while (to - from < bytes) {
            fill();
        }
    }

    private void fill() {
        System.arraycopy(buffer, from, buffer, 0, to - from);
        to -= from;
        from = 0;
        int got;
        try {
            got = in.read(buffer, to, buffer.length - to);
        } catch (IOException cut) {
            throw broken();
        }
        if (got < 0) {
            throw broken();
        }
        to += got;
    }

    private static ProblemException broken() {
        return ProblemException.unreadable("the form broke off before its end: send it again", List.of());
    }

    /** How many bytes from {@link #from} on come before a delimiter that is in the buffer; −1 when there is none. */
    private int untilDelimiter() {
        for (int at = from; at <= to - delimiter.length; at++) {
            int matching = 0;
            while (matching < delimiter.length && buffer[at + matching] == delimiter[matching]) {
                matching++;
            }
            if (matching == delimiter.length) {
                return at - from;
            }
        }
        return -1;
    }

    /** The bytes up to the next delimiter. */
    private final class PartStream extends PieceStream {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (true) {
                int end = untilDelimiter();
                // The last bytes may be the beginning of a delimiter.
                int ready = end >= 0 ? end : Math.max(0, to - from - delimiter.length + 1);
                if (ready > 0) {
                    int given = Math.min(ready, length);
                    System.arraycopy(buffer, from, into, offset, given);
                    from += given;
                    return given;
                }
                if (end == 0) {
                    return -1;
                }
                fill();
            }
        }
    }
}
