package dev.bramble.control;

import dev.bramble.cluster.Timing;

/** How old what a head knows may be before it is called old. */
public final class Knowledge {
    private Knowledge() {}

    /**
     * Whether it is: nothing was heard for longer than the lease, after which each node counts itself as cut off.
     *
     * @param behindMillis as {@link Views#behindMillis()}
     */
    public static boolean isOld(long behindMillis) {
        return behindMillis < 0 || behindMillis > Timing.LEASE.toMillis();
    }
}
