package dev.bramble.control;

import dev.bramble.ledger.LedgerState;
import dev.bramble.model.Setting;

/**
 * How much more a user may leave here.
 *
 * @param bytesLeft at least 0
 * @param sentence for who wants more, with what to do
 */
public record UploadLimit(long bytesLeft, String sentence) {
    /** By the files that this user owns now. */
    public static UploadLimit of(LedgerState state, String user) {
        long most = state.settings().get(Setting.BLOBS_USER_MAX);
        long owned = state.blobTable().bytesOwnedBy(user);
        return new UploadLimit(
                Math.max(0, most - owned),
                "your files here have " + owned + " bytes, and with this one they would have more than "
                        + SettingText.written(Setting.BLOBS_USER_MAX, most)
                        + ", the most for one user: remove old jobs with `bramble rm`, or have an admin raise "
                        + Setting.BLOBS_USER_MAX.key());
    }
}
