package dev.bramble.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SplicedBlobStreamTest {
    private static final NodeId FIRST = new NodeId("n1");
    private static final NodeId SECOND = new NodeId("n2");
    private static final List<SplicedBlobStream.Source> BOTH = List.of(
            new SplicedBlobStream.Source(FIRST, "n1:1", "kitchen"),
            new SplicedBlobStream.Source(SECOND, "n2:1", "attic"));

    private final byte[] bytes = bytes();
    private final SimBlobStore origin = new SimBlobStore();
    private final BlobId blob = put(origin);
    private final Map<NodeId, SimBlobStore> stores = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final Map<NodeId, Integer> breaksAfter = new HashMap<>();

    private static byte[] bytes() {
        byte[] bytes = new byte[100_000];
        new Random(4).nextBytes(bytes);
        return bytes;
    }

    private BlobId put(SimBlobStore store) {
        try {
            return store.put(new ByteArrayInputStream(bytes), Long.MAX_VALUE).blob();
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private final PeerBlobs peers = new PeerBlobs() {
        @Override
        public InputStream open(NodeId holder, String door, BlobId wanted, long offsetBytes) throws IOException {
            asked.add(holder + "@" + offsetBytes);
            int breaks = breaksAfter.getOrDefault(holder, Integer.MAX_VALUE);
            return new FilterInputStream(stores.getOrDefault(holder, origin).open(wanted, offsetBytes)) {
                private int sent;

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    if (sent >= breaks) {
                        throw new IOException("the link broke");
                    }
                    int count = super.read(into, offset, Math.min(length, breaks - sent));
                    sent += Math.max(0, count);
                    return count;
                }
            };
        }

        @Override
        public BlobStore.Stored push(NodeId holder, String door, InputStream sent) {
            throw new AssertionError("nothing is pushed");
        }
    };

    private final SimBlobStore here = new SimBlobStore();
    private final BlobFetch fetch = new BlobFetch(here, peers, Long.MAX_VALUE);

    @Test
    void brokenTransferGoesOnFromTheSameByteFromTheNextHolder() throws IOException {
        breaksAfter.put(FIRST, 40_000);
        fetch.fetch(blob, BOTH, SplicedBlobStream.Pace.NONE);

        assertThat(here.isWhole(blob)).isTrue();
        assertThat(asked).containsExactly("n1@0", "n2@40000");
    }

    @Test
    void holderThatBreaksOffAgainAndAgainIsReadToTheEndAllTheSame() throws IOException {
        breaksAfter.put(FIRST, 30_000);
        fetch.fetch(blob, BOTH.subList(0, 1), SplicedBlobStream.Pace.NONE);

        assertThat(here.isWhole(blob)).isTrue();
        assertThat(asked).containsExactly("n1@0", "n1@30000", "n1@60000", "n1@90000");
    }

    @Test
    void whatADamagedCopyLeftInAPartIsThrownAwayAndTheWholeTakenFromAnother() throws IOException {
        SimBlobStore rotten = new SimBlobStore();
        put(rotten);
        rotten.damage(blob);
        stores.put(FIRST, rotten);
        breaksAfter.put(FIRST, 90_000);
        fetch.fetch(blob, BOTH, SplicedBlobStream.Pace.NONE);

        assertThat(here.isWhole(blob)).isTrue();
        assertThat(here.list()).containsExactly(blob);
    }

    @Test
    void damagedCopyHereIsReplaced() throws IOException {
        put(here);
        here.damage(blob);
        fetch.fetch(blob, BOTH, SplicedBlobStream.Pace.NONE);

        assertThat(here.isWhole(blob)).isTrue();
    }

    @Test
    void nothingIsKeptAndEveryHolderIsQuotedWhenNobodyGivesTheWhole() {
        breaksAfter.put(FIRST, 0);
        breaksAfter.put(SECOND, 0);

        assertThatThrownBy(() -> fetch.fetch(blob, BOTH, SplicedBlobStream.Pace.NONE))
                .hasMessage("kitchen: the link broke; attic: the link broke");
        assertThat(here.list()).isEmpty();
    }

    @Test
    void theLastBytesAreGivenOnlyWhenTheWholeMatches() {
        SimBlobStore rotten = new SimBlobStore();
        put(rotten);
        rotten.damage(blob);
        stores.put(SECOND, rotten);
        breaksAfter.put(FIRST, 10_000);
        SplicedBlobStream stream = new SplicedBlobStream(peers, blob, bytes.length, BOTH, SplicedBlobStream.Pace.NONE);

        assertThatThrownBy(() -> stream.readNBytes(bytes.length)).isInstanceOf(DamagedBlobException.class);
    }
}
