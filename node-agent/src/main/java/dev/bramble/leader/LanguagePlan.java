package dev.bramble.leader;

import dev.bramble.ledger.Language;
import dev.bramble.ledger.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When the ledger may say more than it does, and who holds it back: pure, a part of {@link VoterPlan}. */
final class LanguagePlan {
    private LanguagePlan() {}

    /**
     * Voters because of which the ledger cannot say more.
     *
     * @param older those of an older release
     * @param silent those that have not said what they know
     */
    record Unknowing(List<String> older, List<String> silent) {
        boolean isNobody() {
            return older.isEmpty() && silent.isEmpty();
        }
    }

    /** Not while a voter is silent: it may come back as what it was. */
    static Optional<VoterPlan.Step> next(VoterPlan.Situation now) {
        int known = now.voters().stream()
                .mapToInt(voter -> knownBy(now, voter).orElse(Language.FIRST))
                .min()
                .orElse(Language.FIRST);
        return known > now.language()
                ? Optional.of(new VoterPlan.Step.Raise(known, "all voters know it"))
                : Optional.empty();
    }

    static Unknowing unknowing(VoterPlan.Situation now) {
        List<String> older = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        for (Ledger.Peer voter : now.voters()) {
            Optional<Integer> known = knownBy(now, voter);
            if (known.isEmpty()) {
                silent.add(VoterPlan.name(now, voter.node()));
            } else if (known.get() <= now.language()) {
                older.add(VoterPlan.name(now, voter.node()));
            }
        }
        return new Unknowing(older, silent);
    }

    private static Optional<Integer> knownBy(VoterPlan.Situation now, Ledger.Peer voter) {
        return Optional.ofNullable(now.boards().get(voter.node()))
                .filter(board -> VoterPlan.votes(now, voter))
                .flatMap(VoterPlan.Board::copy)
                .filter(copy -> copy.storage().equals(voter.storage()))
                .map(VoterPlan.Copy::language);
    }
}
