package dev.bramble.worker.process;

import dev.bramble.model.JobId;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Folders of ended attempts that have nothing in them any more, for the next attempts of the same job and user. Making
 * and deleting five folders for each of a thousand tiny tasks is a third of what they cost: a file system hands out
 * nothing that was freed within the last seconds, and searches long for something else. Safe for many threads.
 */
final class EmptiedFolders {
    /** Twice the slots of a large board: what ended while its outcome was kept, and what begins meanwhile. */
    static final int KEPT_MAX = 64;

    /** Whose folders may be exchanged: what one task may have set on a folder reaches nobody but its own job. */
    record Kind(JobId job, int taskUid) {}

    private final Map<Path, Kind> kept = new LinkedHashMap<>();

    /** A folder that may be moved where it is needed. */
    synchronized Optional<Path> take(Kind kind) {
        for (Iterator<Map.Entry<Path, Kind>> each = kept.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Path, Kind> next = each.next();
            if (next.getValue().equals(kind)) {
                each.remove();
                return Optional.of(next.getKey());
            }
        }
        return Optional.empty();
    }

    /** @return the folder that was kept for longest, when there are too many: it is to be deleted */
    synchronized Optional<Path> keep(Kind kind, Path emptied) {
        kept.put(emptied, kind);
        if (kept.size() <= KEPT_MAX) {
            return Optional.empty();
        }
        Path oldest = kept.keySet().iterator().next();
        kept.remove(oldest);
        return Optional.of(oldest);
    }
}
