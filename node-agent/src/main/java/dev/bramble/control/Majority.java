package dev.bramble.control;

import java.util.List;
import java.util.Optional;

/** What a head can say of the voters when no leader is there to say it. */
final class Majority {
    private Majority() {}

    /**
     * Why nothing can be accepted, a sentence; empty while a majority of the voters last known is up.
     *
     * @param isShutDown whether boards are being powered off on purpose: then none of them is gone for good
     */
    static Optional<String> missing(List<Views.VoterView> voters, boolean isShutDown) {
        long up = voters.stream().filter(Views.VoterView::up).count();
        if (voters.isEmpty() || up * 2 > voters.size()) {
            return Optional.empty();
        }
        String few = up + " of " + voters.size() + " voters " + (up == 1 ? "is" : "are")
                + " up: nothing can be accepted until another returns";
        if (isShutDown) {
            return Optional.of(few + "; the bramble is being shut down, and goes on when boards are switched on again");
        }
        if (up == 0) {
            return Optional.of("this head reaches none of the " + voters.size() + " voters: look first whether its own"
                    + " cable or the switch is to blame; boards that reach each other go on without it");
        }
        return Optional.of(few + "; if the others are gone for good, `bramble voters recover` on the board of one that"
                + " is left");
    }
}
