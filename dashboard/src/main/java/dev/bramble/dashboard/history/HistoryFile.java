package dev.bramble.dashboard.history;

import dev.bramble.model.NodeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A head's figures on its disk: two files of records, each with its length and checksum, of which the newer is appended
 * to every two minutes. With a hundred nodes that is 3 MB a day. For one thread at a time.
 *
 * <p>The end of a file that was being written when the power went is cut off and said, as is anything from the first
 * damaged record on: these are charts, and a gap in them harms nobody.
 */
final class HistoryFile implements AutoCloseable {
    /** Of both files together: two days of the most nodes that a history has take 16 MB, and so much stays in one. */
    static final long BYTES_MAX = 32L << 20;

    private static final long FILE_BYTES_MAX = BYTES_MAX / 2;
    /** A slot of {@link History#NODES_MAX} nodes with the longest names takes 40 kB; a longer one is damage. */
    private static final int RECORD_BYTES_MAX = 128 << 10;

    private static final int FRAME_BYTES = 2 * Integer.BYTES;
    private static final int FORMAT = 1;

    private final Path current;
    private final Path previous;
    private final byte[] heading;
    private final List<String> troubles = new ArrayList<>();
    private FileChannel out;

    /**
     * Makes the folder.
     *
     * @param ledger whose figures these are: those of another bramble that this head was once part of are dropped
     */
    HistoryFile(Path folder, String ledger) throws IOException {
        Files.createDirectories(folder);
        this.current = folder.resolve("current");
        this.previous = folder.resolve("previous");
        this.heading = framed(heading(ledger));
    }

    private static byte[] heading(String ledger) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        data.writeInt(FORMAT);
        data.writeUTF(ledger);
        // A release with other figures begins anew.
        data.writeUTF(Arrays.toString(BrambleFigure.values()) + Arrays.toString(NodeFigure.values()));
        return bytes.toByteArray();
    }

    /** What is kept, oldest first, as far back as charts reach. What is damaged is cut off. */
    List<KeptSlot> read() throws IOException {
        Deque<KeptSlot> slots = new ArrayDeque<>();
        Map<String, String> names = new HashMap<>();
        for (Path file : List.of(previous, current)) {
            if (Files.exists(file)) {
                read(file, slots, names);
            }
        }
        return List.copyOf(slots);
    }

    /** What was wrong with the files when they were read, for people. */
    List<String> troubles() {
        return List.copyOf(troubles);
    }

    private void read(Path file, Deque<KeptSlot> slots, Map<String, String> names) throws IOException {
        long whole = 0;
        long size;
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            size = in.size();
            DataInputStream data =
                    new DataInputStream(new java.io.BufferedInputStream(java.nio.channels.Channels.newInputStream(in)));
            for (byte[] record = next(data); record != null; record = next(data)) {
                if (whole == 0) {
                    if (!Arrays.equals(framed(record), heading)) {
                        break;
                    }
                } else {
                    slots.addLast(slot(record, names));
                    if (slots.size() > Resolution.TWO_MINUTES.slots()) {
                        slots.removeFirst();
                    }
                }
                whole += FRAME_BYTES + record.length;
            }
        }
        if (whole == 0) {
            troubles.add(file + " is of another bramble or release, or damaged from its first byte: it is dropped");
            Files.delete(file);
        } else if (whole < size) {
            troubles.add("the last " + (size - whole) + " bytes of " + file
                    + " are torn, as after a power cut: they are skipped, " + whole + " are good");
            try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
                cut.truncate(whole);
                cut.force(true);
            }
        }
    }

    /** Null at the end, and from where on nothing can be believed. */
    private static byte[] next(DataInputStream data) throws IOException {
        byte[] frame = data.readNBytes(FRAME_BYTES);
        if (frame.length < FRAME_BYTES) {
            return null;
        }
        ByteBuffer head = ByteBuffer.wrap(frame);
        int length = head.getInt();
        int sum = head.getInt();
        if (length <= 0 || length > RECORD_BYTES_MAX) {
            return null;
        }
        byte[] record = data.readNBytes(length);
        return record.length == length && sum(record) == sum ? record : null;
    }

    private static int sum(byte[] record) {
        CRC32 crc = new CRC32();
        crc.update(record);
        return (int) crc.getValue();
    }

    private static byte[] framed(byte[] record) {
        return ByteBuffer.allocate(FRAME_BYTES + record.length)
                .putInt(record.length)
                .putInt(sum(record))
                .put(record)
                .array();
    }

    private static KeptSlot slot(byte[] record, Map<String, String> names) throws IOException {
        DataInputStream data = new DataInputStream(new ByteArrayInputStream(record));
        long at = data.readLong();
        float[] bramble = floats(data, BrambleFigure.values().length);
        int count = data.readUnsignedShort();
        List<KeptSlot.OfNode> nodes = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            // The same names in every record: one copy of each.
            String id = names.computeIfAbsent(data.readUTF(), same -> same);
            String name = names.computeIfAbsent(data.readUTF(), same -> same);
            nodes.add(new KeptSlot.OfNode(new NodeId(id), name, floats(data, NodeFigure.values().length)));
        }
        return new KeptSlot(at, bramble, nodes);
    }

    private static float[] floats(DataInputStream data, int count) throws IOException {
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
            floats[i] = data.readFloat();
        }
        return floats;
    }

    /** Flushed when this returns. */
    void append(KeptSlot slot) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(bytes);
        data.writeLong(slot.brambleMillis());
        for (float figure : slot.bramble()) {
            data.writeFloat(figure);
        }
        data.writeShort(slot.nodes().size());
        for (KeptSlot.OfNode node : slot.nodes()) {
            data.writeUTF(node.node().value());
            data.writeUTF(node.name());
            for (float figure : node.figures()) {
                data.writeFloat(figure);
            }
        }
        byte[] record = framed(bytes.toByteArray());
        if (out == null) {
            open();
        }
        if (out.size() + record.length > FILE_BYTES_MAX) {
            close();
            Files.move(current, previous, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            open();
        }
        write(record);
        out.force(false);
    }

    private void open() throws IOException {
        out = FileChannel.open(current, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (out.size() == 0) {
            write(heading);
        }
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            out.write(left);
        }
    }

    @Override
    public void close() throws IOException {
        if (out != null) {
            out.close();
            out = null;
        }
    }
}
