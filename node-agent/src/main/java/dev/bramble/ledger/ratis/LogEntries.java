package dev.bramble.ledger.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.CodedInputStream;

/** Every entry of a log that {@link LogCheck} found sound, read without the engine. */
final class LogEntries {
    private static final Pattern SEGMENT = Pattern.compile("log_(?:inprogress_)?(\\d{1,18})(?:-\\d{1,18})?");
    private static final int HEADER_BYTES = 8;
    private static final int CHECKSUM_BYTES = Integer.BYTES;

    private LogEntries() {}

    /** Shows the entries in {@code current} in order, one segment in memory at a time. */
    static void read(Path current, Consumer<LogEntryProto> reader) throws IOException {
        for (Path segment : segments(current)) {
            byte[] file = Files.readAllBytes(segment);
            int position = HEADER_BYTES;
            // Behind the last entry are zeros that the engine wrote ahead, or nothing.
            while (position < file.length && file[position] != 0) {
                CodedInputStream in = CodedInputStream.newInstance(file, position, file.length - position);
                int length = in.readRawVarint32();
                int body = position + in.getTotalBytesRead();
                reader.accept(LogEntryProto.parseFrom(CodedInputStream.newInstance(file, body, length)));
                position = body + length + CHECKSUM_BYTES;
            }
        }
    }

    private static List<Path> segments(Path current) throws IOException {
        if (!Files.isDirectory(current)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(current)) {
            return files.filter(file -> first(file) >= 0)
                    .sorted(Comparator.comparingLong(LogEntries::first))
                    .toList();
        }
    }

    private static long first(Path file) {
        Matcher name = SEGMENT.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }
}
