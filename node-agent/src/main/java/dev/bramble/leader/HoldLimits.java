package dev.bramble.leader;

import dev.bramble.control.Action;
import dev.bramble.control.UploadLimit;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.Setting;
import java.util.Optional;

/** How much users may leave here without, or beside, their jobs. */
final class HoldLimits {
    private HoldLimits() {}

    /** @throws RefusedException LIMIT, with what to do, when {@code user} may not have this file here too */
    static void check(LedgerState state, String user, Action.HoldBlob hold) {
        Optional<BlobRecord> known = state.blob(hold.blob());
        if (known.filter(blob -> blob.owners().contains(user)).isPresent()) {
            return;
        }
        UploadLimit limit = UploadLimit.of(state, user);
        if (hold.sizeBytes() > limit.bytesLeft()) {
            throw new RefusedException(Refusal.Kind.LIMIT, limit.sentence());
        }
        long heldMax = state.settings().get(Setting.BLOBS_HELD_MAX);
        if (state.blobTable().jobless().size() >= heldMax) {
            throw new RefusedException(
                    Refusal.Kind.LIMIT,
                    "the bramble holds " + heldMax + " uploads that no job uses yet, which is its most: submit their "
                            + "jobs, wait until those from 24 hours ago are gone, or have an admin raise "
                            + Setting.BLOBS_HELD_MAX.key());
        }
    }
}
