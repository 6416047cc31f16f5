package dev.bramble.ledger.ratis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedOutputStream;

/** Writes segments of the engine's log byte by byte. */
final class Segments {
    static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.UTF_8);

    private Segments() {}

    /** One entry as it lies in the file: length, body, checksum. */
    static byte[] record(long term, long index, byte[] data) {
        byte[] body = LogEntryProto.newBuilder()
                .setTerm(term)
                .setIndex(index)
                .setStateMachineLogEntry(StateMachineLogEntryProto.newBuilder().setLogData(ByteString.copyFrom(data)))
                .build()
                .toByteArray();
        try {
            ByteArrayOutputStream record = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(record);
            out.writeUInt32NoTag(body.length);
            out.writeRawBytes(body);
            out.flush();
            CRC32C checksum = new CRC32C();
            checksum.update(record.toByteArray());
            record.write(ByteBuffer.allocate(Integer.BYTES)
                    .putInt((int) checksum.getValue())
                    .array());
            return record.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
