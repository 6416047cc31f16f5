package dev.bramble.ledger.ratis;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * A copy of the membership that was committed last. The engine keeps its own in {@code raft-meta.conf}, which it
 * overwrites in place and never flushes: a full disk, or a power cut soon after an election, leaves a part of it or
 * nothing, on all voters at once.
 *
 * <p>A membership is noted before any snapshot that covers it is stored. So what is newer than the note is still in the
 * log, where the engine finds it.
 *
 * <p>Thread: any that may wait for the disk.
 */
final class MembershipNote {
    private final Path file;

    MembershipNote(Path file) {
        this.file = file;
    }

    /** The entry noted; empty when there is no note, or it cannot be read. */
    Optional<LogEntryProto> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < Integer.BYTES) {
            return Optional.empty();
        }
        byte[] entry = Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length);
        if (ByteBuffer.wrap(bytes).getInt() != checksum(entry)) {
            return Optional.empty();
        }
        try {
            return Optional.of(LogEntryProto.parseFrom(entry)).filter(LogEntryProto::hasConfigurationEntry);
        } catch (InvalidProtocolBufferException garbled) {
            return Optional.empty();
        }
    }

    /** Replaces the note; flushed when it returns. */
    void write(long term, long index, RaftConfigurationProto membership) throws IOException {
        byte[] entry = LogEntryProto.newBuilder()
                .setTerm(term)
                .setIndex(index)
                .setConfigurationEntry(membership)
                .build()
                .toByteArray();
        ByteBuffer checksum = ByteBuffer.allocate(Integer.BYTES).putInt(0, checksum(entry));
        DurableFiles.write(file, checksum, ByteBuffer.wrap(entry));
    }

    private static int checksum(byte[] entry) {
        CRC32C checksum = new CRC32C();
        checksum.update(entry);
        return (int) checksum.getValue();
    }
}
