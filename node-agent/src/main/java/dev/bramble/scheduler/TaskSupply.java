package dev.bramble.scheduler;

import dev.bramble.model.TaskRange;

/** A job's open tasks in the order in which they should go out. Reading takes nothing from the job; read once. */
public interface TaskSupply {
    boolean hasNext();

    /** The next tasks that are neighbours, {@code most} or fewer. */
    TaskRange next(int most);
}
