package dev.bramble.cli;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.Screen;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Prints what tasks printed: every byte as it is into files and pipes, made harmless on a terminal. */
final class LogPrinter {
    private final Screen screen;
    private final boolean isRaw;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private byte[] unfinished = new byte[0];

    LogPrinter(Screen screen, boolean isRaw) {
        this.screen = screen;
        this.isRaw = isRaw || !screen.isTerminal();
    }

    void print(byte[] bytes) {
        if (isRaw) {
            screen.stream().write(bytes, 0, bytes.length);
        } else {
            screen.stream().print(CleanText.lines(decoded(bytes, false)));
        }
        screen.stream().flush();
    }

    /** Prints half a character that was never finished. */
    void finish() {
        if (!isRaw) {
            screen.stream().print(CleanText.lines(decoded(new byte[0], true)));
        }
        screen.stream().flush();
    }

    /** A character may be cut in two by the end of a piece: its beginning waits for the next one. */
    private String decoded(byte[] bytes, boolean isLast) {
        byte[] all = Arrays.copyOf(unfinished, unfinished.length + bytes.length);
        System.arraycopy(bytes, 0, all, unfinished.length, bytes.length);
        ByteBuffer in = ByteBuffer.wrap(all);
        CharBuffer out = CharBuffer.allocate(all.length + 1);
        decoder.reset();
        decoder.decode(in, out, isLast);
        unfinished = Arrays.copyOfRange(all, in.position(), all.length);
        return out.flip().toString();
    }

    /** The last {@code count} lines; a line that is not finished yet is one. */
    static byte[] lastLines(byte[] bytes, int count) {
        int from = bytes.length;
        int lines = 0;
        while (from > 0) {
            boolean endsLine = bytes[from - 1] == '\n' && from < bytes.length;
            if (endsLine && ++lines == count) {
                break;
            }
            from--;
        }
        return count == 0 ? new byte[0] : Arrays.copyOfRange(bytes, from, bytes.length);
    }
}
