package dev.bramble.door;

import dev.bramble.door.Wire.MalformedException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The heads of HTTP/1.1 messages. */
final class Heads {
    /** Our own requests have some 200 bytes, those of curl 300. */
    static final int LINE_BYTES_MAX = 2048;
    /** Ours have 4, those of browsers some 15. */
    static final int HEADERS_MAX = 32;

    private static final Pattern REQUEST = Pattern.compile("([A-Z]{1,16}) (/[\\x21-\\x7e]{0,512}) HTTP/1\\.[01]");
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([1-5][0-9]{2})(?: .*)?");
    private static final Pattern HEADER =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\\t\\x20-\\x7e\\x80-\\xff]*)");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private Heads() {}

    /** @param headers by name in lower case */
    record Request(String method, String path, Map<String, String> headers) {
        boolean expectsContinue() {
            return "100-continue".equalsIgnoreCase(headers.get("expect"));
        }

        boolean asksToClose() {
            return "close".equalsIgnoreCase(headers.get("connection"));
        }
    }

    /** @param headers by name in lower case */
    record Response(int status, Map<String, String> headers) {
        boolean announcesClose() {
            return "close".equalsIgnoreCase(headers.get("connection"));
        }
    }

    static Request readRequest(Wire wire) throws IOException {
        Matcher line = REQUEST.matcher(wire.readLine(LINE_BYTES_MAX));
        if (!line.matches()) {
            throw new MalformedException("this door speaks HTTP/1.1");
        }
        return new Request(line.group(1), line.group(2), readHeaders(wire));
    }

    static Response readResponse(Wire wire) throws IOException {
        Matcher line = STATUS.matcher(wire.readLine(LINE_BYTES_MAX));
        if (!line.matches()) {
            throw new MalformedException("what answers does not speak HTTP/1.1");
        }
        return new Response(Integer.parseInt(line.group(1)), readHeaders(wire));
    }

    private static Map<String, String> readHeaders(Wire wire) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int lines = 0; ; lines++) {
            String line = wire.readLine(LINE_BYTES_MAX);
            if (line.isEmpty()) {
                return headers;
            }
            Matcher header = HEADER.matcher(line);
            if (lines == HEADERS_MAX || !header.matches()) {
                throw new MalformedException("the head has a malformed line, or more than " + HEADERS_MAX);
            }
            String name = header.group(1).toLowerCase(Locale.ROOT);
            if (headers.putIfAbsent(name, header.group(2).strip()) != null) {
                throw new MalformedException("the head has '" + name + "' twice");
            }
        }
    }

    /** Bytes of the body that follows; empty when it comes in chunks; 0 when there is none. */
    static Optional<Long> bodyBytes(Map<String, String> headers) throws MalformedException {
        String coding = headers.get("transfer-encoding");
        String length = headers.get("content-length");
        if (coding != null && (length != null || !coding.equalsIgnoreCase("chunked"))) {
            throw new MalformedException("a body has either a Content-Length or Transfer-Encoding: chunked");
        }
        if (coding != null) {
            return Optional.empty();
        }
        if (length == null) {
            return Optional.of(0L);
        }
        if (!LENGTH.matcher(length).matches()) {
            throw new MalformedException("Content-Length must be a number");
        }
        return Optional.of(Long.parseLong(length));
    }
}
