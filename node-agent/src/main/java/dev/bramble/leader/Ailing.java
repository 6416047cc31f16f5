package dev.bramble.leader;

import dev.bramble.model.BoardHealth;
import dev.bramble.model.HealthLimits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Optional;
import java.util.function.Predicate;

/** How long one board has suffered from what, and been well of what. What is not known counts as neither. Soft. */
final class Ailing {
    private final EnumMap<Ailment, Spell> spells = new EnumMap<>(Ailment.class);

    /** @param sick empty while that is not known */
    private record Spell(Optional<Boolean> sick, boolean lastKnown, long sinceNanos) {}

    /** @param isActedOn what the bramble has acted on already, perhaps under an earlier leader */
    Ailing(Predicate<Ailment> isActedOn, long nowNanos) {
        for (Ailment ailment : Ailment.values()) {
            spells.put(ailment, new Spell(Optional.empty(), isActedOn.test(ailment), nowNanos));
        }
    }

    /** @param health the node's last word, if that is new enough to say how it is now */
    void look(Optional<BoardHealth> health, HealthLimits limits, long nowNanos) {
        spells.replaceAll((ailment, before) -> {
            Optional<Boolean> now = health.flatMap(known -> ailment.in(known, limits, before.lastKnown));
            return now.equals(before.sick) ? before : new Spell(now, now.orElse(before.lastKnown), nowNanos);
        });
    }

    /** Whether it is known to have suffered from it for so long without a break. */
    boolean isSickFor(Ailment ailment, Duration atLeast, long nowNanos) {
        return isFor(ailment, true, atLeast, nowNanos);
    }

    /** Whether it is known to have been free of it for so long. */
    boolean isWellFor(Ailment ailment, Duration atLeast, long nowNanos) {
        return isFor(ailment, false, atLeast, nowNanos);
    }

    /** Whether nobody has known for so long whether it suffers from it. */
    boolean isUnknownFor(Ailment ailment, Duration atLeast, long nowNanos) {
        Spell spell = spells.get(ailment);
        return spell.sick.isEmpty() && nowNanos - spell.sinceNanos >= atLeast.toNanos();
    }

    private boolean isFor(Ailment ailment, boolean sick, Duration atLeast, long nowNanos) {
        Spell spell = spells.get(ailment);
        return spell.sick.equals(Optional.of(sick)) && nowNanos - spell.sinceNanos >= atLeast.toNanos();
    }
}
