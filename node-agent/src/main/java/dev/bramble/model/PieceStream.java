package dev.bramble.model;

import java.io.IOException;
import java.io.InputStream;

/** Bytes that come in pieces: whoever asks for one byte gets a piece of one. */
public abstract class PieceStream extends InputStream {
    @Override
    public final int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public abstract int read(byte[] into, int offset, int length) throws IOException;
}
