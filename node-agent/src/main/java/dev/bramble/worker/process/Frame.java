package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One message to or from the spawner: a list of fields of bytes, each with its length before it. */
final class Frame {
    /** The spawner's own limit; see {@code FRAME_BYTES_MAX} there. */
    static final int BYTES_MAX = 16 << 20;

    private final List<byte[]> fields;

    private Frame(List<byte[]> fields) {
        this.fields = fields;
    }

    static Frame of(Object... fields) {
        return new Frame(new ArrayList<>()).with(fields);
    }

    /** Adds each field's text. */
    Frame with(Object... more) {
        for (Object field : more) {
            fields.add(field.toString().getBytes(UTF_8));
        }
        return this;
    }

    /** Adds a field that is no text. */
    Frame withBytes(byte[] field) {
        fields.add(field);
        return this;
    }

    int size() {
        return fields.size();
    }

    byte[] bytes(int index) {
        return fields.get(index);
    }

    /** The field as text; what is not UTF-8 in it is replaced. */
    String text(int index) {
        return new String(fields.get(index), UTF_8);
    }

    long number(int index) {
        return Long.parseLong(text(index));
    }

    /** With its length before it, ready to be written. */
    byte[] encode() {
        int length = fields.stream().mapToInt(field -> 4 + field.length).sum();
        ByteBuffer frame = ByteBuffer.allocate(4 + length).putInt(length);
        for (byte[] field : fields) {
            frame.putInt(field.length).put(field);
        }
        return frame.array();
    }

    /** The next frame, or empty at the end of the stream. */
    static Optional<Frame> read(DataInputStream in) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException end) {
            return Optional.empty();
        }
        if (length < 0 || length > BYTES_MAX) {
            throw new IOException("a frame of " + length + " bytes from the spawner");
        }
        ByteBuffer frame = ByteBuffer.wrap(in.readNBytes(length));
        List<byte[]> fields = new ArrayList<>();
        while (frame.hasRemaining()) {
            byte[] field = new byte[frame.getInt()];
            frame.get(field);
            fields.add(field);
        }
        return Optional.of(new Frame(fields));
    }
}
