package dev.bramble.door;

import dev.bramble.model.BlobId;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.store.BlobStore;
import dev.bramble.store.DamagedBlobException;
import dev.bramble.store.NoRoomException;
import dev.bramble.trust.Form;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blobs in and out, for members. */
final class BlobRoutes {
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{1,18})?");
    private static final int BUFFER_BYTES = 64 << 10;

    private final BlobStore blobs;
    private final DoorLimits limits;
    private final Semaphore transfers;

    BlobRoutes(BlobStore blobs, DoorLimits limits) {
        this.blobs = blobs;
        this.limits = limits;
        this.transfers = new Semaphore(limits.transfersMax(), true);
    }

    private interface Transfer {
        void run() throws IOException;
    }

    private void inTurn(Transfer transfer) throws IOException {
        try {
            if (!transfers.tryAcquire(limits.transferWait().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new RefusedException(
                        Refusal.Kind.UNAVAILABLE,
                        "this door moves " + limits.transfersMax() + " blobs already: try again, or another node");
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new IOException("the door is closing", closing);
        }
        try {
            transfer.run();
        } finally {
            transfers.release();
        }
    }

    void get(Exchange exchange, String name) throws IOException {
        BlobId blob = blob(name);
        inTurn(() -> {
            OptionalLong size = blobs.sizeBytes(blob);
            if (size.isEmpty()) {
                throw noCopy(blob);
            }
            String range = exchange.head().headers().get("range");
            if (range == null) {
                send(exchange, blob, 0, size.getAsLong(), 200, "");
                return;
            }
            Matcher asked = RANGE.matcher(range);
            if (!asked.matches()) {
                throw new RefusedException(Refusal.Kind.INVALID, "this door knows Range: bytes=N- and bytes=N-M only");
            }
            sendRange(exchange, blob, asked, size.getAsLong());
        });
    }

    private void sendRange(Exchange exchange, BlobId blob, Matcher asked, long size) throws IOException {
        long from = Long.parseLong(asked.group(1));
        long last = asked.group(2) == null ? size - 1 : Math.min(size - 1, Long.parseLong(asked.group(2)));
        if (from > last) {
            Refusal refusal =
                    new Refusal(Refusal.Kind.INVALID, "blob " + blob + " has " + size + " bytes, none at " + from);
            exchange.answer(416, Form.of(refusal), "Content-Range: bytes */" + size + "\r\n");
            return;
        }
        String contentRange = "Content-Range: bytes " + from + "-" + last + "/" + size + "\r\n";
        send(exchange, blob, from, last - from + 1, 206, contentRange);
    }

    private void send(Exchange exchange, BlobId blob, long from, long count, int status, String headers)
            throws IOException {
        try (InputStream bytes = blobs.open(blob, from)) {
            Wire wire = exchange.wire();
            byte[] buffer = new byte[BUFFER_BYTES];
            // The first bytes are read before anything is promised: a small blob that is damaged is refused in words.
            int read = bytes.readNBytes(buffer, 0, (int) Math.min(count, buffer.length));
            wire.writing().stall(limits.stall());
            exchange.begin(status, count, "Content-Type: application/octet-stream\r\n" + headers);
            for (long left = count; left > 0; ) {
                if (read <= 0) {
                    throw new IOException("the copy of blob " + blob + " became shorter while it was sent");
                }
                wire.write(buffer, 0, read);
                left -= read;
                read = bytes.read(buffer, 0, (int) Math.min(left, buffer.length));
            }
            wire.writing().none();
        } catch (FileNotFoundException | DamagedBlobException gone) {
            if (exchange.isAnswered()) {
                throw gone;
            }
            throw noCopy(blob);
        }
    }

    private static RefusedException noCopy(BlobId blob) {
        return new RefusedException(Refusal.Kind.NOT_FOUND, "this node has no copy of blob " + blob);
    }

    private static BlobId blob(String name) {
        try {
            return new BlobId(name);
        } catch (IllegalArgumentException malformed) {
            throw new RefusedException(Refusal.Kind.INVALID, malformed.getMessage());
        }
    }

    void put(Exchange exchange) throws IOException {
        var announced = Heads.bodyBytes(exchange.head().headers());
        if (announced.isPresent() && announced.get() > limits.blobBytesMax()) {
            throw new RefusedException(
                    Refusal.Kind.INVALID, "a blob has at most " + limits.blobBytesMax() + " bytes: split the file");
        }
        inTurn(() -> {
            Wire wire = exchange.wire();
            wire.reading().stall(limits.stall());
            Body body = exchange.body();
            BlobStore.Stored stored;
            try {
                stored = blobs.put(body, limits.blobBytesMax());
            } catch (IOException failure) {
                if (body.hasFailed()) {
                    throw failure; // The peer broke off; there is nobody left to answer.
                }
                exchange.answer(
                        failure instanceof NoRoomException ? 507 : 503,
                        Form.of(new Refusal(Refusal.Kind.UNAVAILABLE, String.valueOf(failure.getMessage()))));
                return;
            }
            exchange.answer(
                    201, new Form().put("blob", stored.blob().sha256()).put("size", Long.toString(stored.sizeBytes())));
        });
    }
}
