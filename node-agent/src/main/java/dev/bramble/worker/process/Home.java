package dev.bramble.worker.process;

import dev.bramble.model.JobId;
import dev.bramble.worker.process.AttemptFolder.Owners;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Where a slot runs the attempts of one job, one after the other: within the same walls, and in the same folder as long
 * as each leaves nothing there. {@link #make} blocks; all else is the loop's.
 *
 * <pre>
 *   attempts/17/          the agent's; passable
 *     tmp/                the task's: its /tmp, where it has one of its own; empty between attempts
 *     1/ 2/ …             folders of attempts
 * </pre>
 */
final class Home {
    /** One is in use, the others are of attempts whose outcome is being kept; seldom are there more. */
    private static final int EMPTIED_MAX = 4;

    /** An attempt's folder, and what has to be done before it can be used. */
    record Lodging(AttemptFolder folder, State state) {
        enum State {
            /** Nothing. */
            READY,
            /** It is sealed. */
            SEALED,
            /** It is not there yet. */
            NEW
        }
    }

    final Path path;
    final int slot;
    private final JobId job;
    private final long memoryBytes;
    private final Deque<AttemptFolder> emptied = new ArrayDeque<>();
    private Optional<AttemptFolder> clean = Optional.empty();
    private int folders;
    /** Folders that an attempt has which is not discarded. */
    private int held;

    private boolean isMade;
    private boolean isSpent;
    /** For whoever seeks the one that was left alone for longest. */
    long lastUse;

    Home(Path path, int slot, JobId job, long memoryBytes) {
        this.path = path;
        this.slot = slot;
        this.job = job;
        this.memoryBytes = memoryBytes;
    }

    /** The walls' files in memory have a size, which is that of the task's memory. */
    boolean suits(JobId job, long memoryBytes) {
        return this.job.equals(job) && this.memoryBytes == memoryBytes;
    }

    /** True once: whoever hears it makes the home. */
    boolean isToBeMade() {
        boolean isFirst = !isMade;
        isMade = true;
        return isFirst;
    }

    /** On disk, for attempts of {@code owners.task()}. */
    static void make(Path path, Owners owners) throws IOException {
        AttemptFolder.makePassable(path, owners);
        AttemptFolder.makeTasks(path.resolve("tmp"), owners);
    }

    Lodging lodge() {
        held++;
        if (clean.isPresent()) {
            AttemptFolder folder = clean.get();
            clean = Optional.empty();
            return new Lodging(folder, Lodging.State.READY);
        }
        return emptied.isEmpty()
                ? new Lodging(new AttemptFolder(path.resolve(Integer.toString(++folders))), Lodging.State.NEW)
                : new Lodging(emptied.pop(), Lodging.State.SEALED);
    }

    /** The attempt left {@code folder} as it had found it, and has no further use for it. */
    void returned(AttemptFolder folder) {
        held--;
        clean = Optional.of(folder);
    }

    /** The attempt was discarded. Whether {@code folder}, if it is empty, stays for another. */
    boolean discarded(AttemptFolder folder, boolean isEmptied) {
        held--;
        if (!isEmptied || isSpent || emptied.size() >= EMPTIED_MAX) {
            return false;
        }
        emptied.push(folder);
        return true;
    }

    /** No attempt comes here any more. */
    void spend() {
        isSpent = true;
    }

    boolean isSpent() {
        return isSpent;
    }

    /** Nothing here is of use any more. */
    boolean isOver() {
        return isSpent && held == 0;
    }
}
