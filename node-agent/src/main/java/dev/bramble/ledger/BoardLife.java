package dev.bramble.ledger;

/**
 * What tells one life of a node from the next.
 *
 * @param incarnation of its agent
 * @param bootId of its board; empty when the board did not say
 */
public record BoardLife(String incarnation, String bootId) {
    /** Whether {@code now} comes after a reboot of the board, not merely after a restart of its agent. */
    public boolean isBefore(BoardLife now) {
        boolean saysBoot = !bootId.isEmpty() && !now.bootId.isEmpty();
        return !incarnation.equals(now.incarnation) && (!saysBoot || !bootId.equals(now.bootId));
    }
}
