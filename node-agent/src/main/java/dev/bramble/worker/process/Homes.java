package dev.bramble.worker.process;

import dev.bramble.model.JobId;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Consumer;

/** Which slots are taken, and whose home each has. The loop's. */
final class Homes {
    /**
     * Homes that wait for another attempt of their job. Each has a keeper for a minute or two, some megabytes; jobs
     * that take turns on a board find theirs again as long as there are not many more of them than cores.
     */
    static final int IDLE_MAX = 8;

    private final Path folder;
    private final Consumer<Home> over;
    private final Home[] homes;
    private final BitSet taken = new BitSet();
    private long made;
    private long uses;

    /** @param over told of a home that can be deleted */
    Homes(Path folder, int slots, Consumer<Home> over) {
        this.folder = folder;
        this.over = over;
        homes = new Home[slots];
    }

    boolean isFull() {
        return taken.cardinality() >= homes.length;
    }

    /** Takes a slot: best one where the job is at home, else one where nobody is, else that of another job. */
    Home take(JobId job, long memoryBytes) {
        int empty = -1;
        int idle = 0;
        Optional<Home> oldest = Optional.empty();
        for (int slot = taken.nextClearBit(0); slot < homes.length; slot = taken.nextClearBit(slot + 1)) {
            Home home = homes[slot];
            if (home == null) {
                empty = empty < 0 ? slot : empty;
                continue;
            }
            if (home.suits(job, memoryBytes)) {
                return occupy(home);
            }
            idle++;
            if (oldest.isEmpty() || home.lastUse < oldest.get().lastUse) {
                oldest = Optional.of(home);
            }
        }
        int slot = empty >= 0 && idle < IDLE_MAX
                ? empty
                : oldest.map(home -> home.slot).orElse(empty);
        oldest.filter(home -> home.slot == slot).ifPresent(this::spend);
        homes[slot] = new Home(folder.resolve(Long.toString(++made)), slot, job, memoryBytes);
        return occupy(homes[slot]);
    }

    private Home occupy(Home home) {
        home.lastUse = ++uses;
        taken.set(home.slot);
        return home;
    }

    /** The attempt has ended. */
    void leave(Home home) {
        taken.clear(home.slot);
    }

    /** The next attempt of the slot has to have another. */
    void spend(Home home) {
        home.spend();
        if (homes[home.slot] == home) {
            homes[home.slot] = null;
        }
        overIfSo(home);
    }

    /** To be asked after each change of a home. */
    void overIfSo(Home home) {
        if (home.isOver()) {
            over.accept(home);
        }
    }
}
