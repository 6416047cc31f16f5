package dev.bramble.sim;

import dev.bramble.ledger.EntryCodec;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.Replica;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;

/** Whether all copies of the ledger have the same entries and, of those, the same state. */
final class EqualStates {
    /** Every so many entries the whole state is encoded and compared: doing it always would take all the time. */
    private static final int WHOLE_STATE_EVERY = 32;

    private final EntryCodec codec;
    private final Map<Long, Integer> entryHashes = new HashMap<>();
    private final Map<Long, Long> stateSums = new HashMap<>();

    EqualStates(EntryCodec codec) {
        this.codec = codec;
    }

    boolean isOneEntry(long index, byte[] entry) {
        int hash = Arrays.hashCode(entry);
        return entryHashes.computeIfAbsent(index, i -> hash) == hash;
    }

    /** Whether the whole state is to be compared now: the larger it is, the less often. */
    static boolean isDue(Replica replica) {
        LedgerState state = replica.state();
        long bytes = state.inlineBytes() + 500L * state.blobs().size();
        return replica.index() % (WHOLE_STATE_EVERY << Math.min(6, bytes / 8192)) == 0;
    }

    boolean isOneState(Replica replica) {
        CRC32 sum = new CRC32();
        sum.update(codec.encodeImage(replica.state().image()));
        return stateSums.computeIfAbsent(replica.index(), i -> sum.getValue()) == sum.getValue();
    }
}
