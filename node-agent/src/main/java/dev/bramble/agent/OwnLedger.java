package dev.bramble.agent;

import dev.bramble.cluster.Message;
import dev.bramble.leader.Voter;
import dev.bramble.ledger.Language;
import dev.bramble.ledger.ratis.RatisLedger;
import dev.bramble.time.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's copy of the ledger. When the voter had to step aside (its disk was full, it was removed from the
 * membership), it is opened anew without anybody's help: after a pause, and once its disk takes writes again. Event
 * loop.
 */
final class OwnLedger {
    private static final Logger LOG = LoggerFactory.getLogger(OwnLedger.class);

    /** The first pause before it is opened anew: whoever makes room on a disk does so within seconds or much later. */
    static final Duration PAUSE_MIN = Duration.ofSeconds(5);
    /** Each vain try doubles the pause up to this one: a look at the disk a minute costs nothing. */
    static final Duration PAUSE_MAX = Duration.ofMinutes(1);

    /**
     * @param settings asked at each opening
     * @param blocking runs what waits for the disk
     * @param newVoter what applies the ledger's entries, with no entry applied yet
     * @param onFounded told the voter whose ledger was to be founded, once it is open
     * @param onFailure told when the ledger cannot be opened as this agent starts; the sentence says why
     */
    record Parts(
            EventLoop loop,
            Executor blocking,
            Supplier<RatisLedger.Settings> settings,
            Supplier<Voter> newVoter,
            Consumer<Voter> onFounded,
            Consumer<String> onFailure) {}

    /** What this node does about its copy. */
    private enum Step {
        CLOSED,
        OPENING,
        OPEN,
        WAITING
    }

    private final Parts parts;
    private Step step = Step.CLOSED;
    private Voter voter;
    private RatisLedger ledger;
    private Optional<String> aside = Optional.empty();
    private Duration pause = PAUSE_MIN;
    private long openSinceNanos;
    private Optional<String> course = Optional.empty();
    /** A leader asked for it: nobody's tasks shall end because this node cannot keep a copy. */
    private boolean isAskedFor;

    private boolean over;

    OwnLedger(Parts parts) {
        this.parts = parts;
    }

    /**
     * Opens a new copy, the one on disk, or an empty one that waits to be added; harmless when that has begun.
     *
     * @param founding whether an empty folder founds the ledger
     */
    void open(boolean founding) {
        if (step != Step.CLOSED || over) {
            return;
        }
        step = Step.OPENING;
        Voter opening = parts.newVoter.get();
        opening.whenAside(this::steppedAside);
        RatisLedger.Settings settings = parts.settings.get().withCourse(course);
        CompletionStage<RatisLedger> opened = founding
                ? RatisLedger.found(settings, opening.replica(), parts.loop)
                : RatisLedger.open(settings, opening.replica(), parts.loop);
        opened.whenComplete((open, failure) -> {
            if (failure == null) {
                opened(opening, open, founding);
            } else if (aside.isPresent() || isAskedFor) {
                step = Step.WAITING;
                LOG.warn("the ledger cannot be opened: {}", MemberProcess.sentence(failure));
                aside = Optional.of(MemberProcess.sentence(failure));
                openLater();
            } else {
                step = Step.CLOSED;
                parts.onFailure.accept("the ledger cannot be opened: " + MemberProcess.sentence(failure));
            }
        });
    }

    /**
     * The leader of {@code term} wants a copy of this course of the ledger here: one of another course is set aside
     * first. Not for a leader of a lower term than the copy's own: a recovery lies above all that was before it, so
     * that leader is from before, and has not heard of it yet.
     *
     * @return whether the leader has something new to hear of it
     */
    boolean prepare(long term, Optional<String> wanted) {
        boolean isOther = step == Step.OPEN && !ledger.course().equals(wanted);
        if (isOther && term <= ledger.status().term()) {
            LOG.warn("a leader of term {} wants another course of the ledger than this copy's, which is newer", term);
            return false;
        }
        course = wanted;
        if (isOther) {
            ledger.supersede();
            return false;
        }
        isAskedFor |= step == Step.CLOSED;
        open(false);
        return true;
    }

    private void opened(Voter by, RatisLedger open, boolean founding) {
        step = Step.OPEN;
        voter = by;
        ledger = open;
        openSinceNanos = parts.loop.nanos();
        if (over) {
            open.close();
            return;
        }
        by.attach(open);
        open.aside().ifPresent(sentence -> LOG.warn("this voter's copy of the ledger was set aside: {}", sentence));
        Optional<String> already = open.status().trouble();
        if (already.isPresent()) {
            steppedAside(already.get());
            return;
        }
        aside.ifPresent(before -> LOG.info("the ledger is open again, after: {}", before));
        aside = Optional.empty();
        if (founding) {
            parts.onFounded.accept(by);
        }
    }

    private void steppedAside(String sentence) {
        if (step != Step.OPEN || over) {
            // While it opens, its failure to open says the same.
            return;
        }
        if (parts.loop.nanos() - openSinceNanos > PAUSE_MAX.toNanos()) {
            pause = PAUSE_MIN;
        }
        step = Step.WAITING;
        aside = Optional.of(sentence);
        ledger.whenClosed().thenRun(() -> parts.loop.execute(this::openLater));
    }

    private void openLater() {
        Duration wait = pause;
        pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
        parts.loop.after(wait, () -> {
            if (!over) {
                parts.blocking.execute(this::lookAtTheDisk);
            }
        });
    }

    /** Off the loop. */
    private void lookAtTheDisk() {
        Optional<String> obstacle = obstacle(ledger);
        parts.loop.execute(() -> {
            if (obstacle.isPresent()) {
                aside = obstacle;
                openLater();
            } else {
                step = Step.CLOSED;
                open(false);
            }
        });
    }

    /** @param closed null while none was ever opened: only opening it says what is in the way */
    private static Optional<String> obstacle(RatisLedger closed) {
        if (closed == null) {
            return Optional.empty();
        }
        try {
            closed.prepareReopening();
            return Optional.empty();
        } catch (IOException stillThere) {
            return Optional.of(MemberProcess.sentence(stillThere));
        }
    }

    /** What the leader is told of it; empty while this node was never to have one. */
    Optional<Message.VoterState> state() {
        if (ledger == null) {
            return aside.map(sentence -> new Message.VoterState("", "", sentence, course, Optional.of(Language.OWN)));
        }
        return Optional.of(ledger)
                .map(known -> new Message.VoterState(
                        known.self().storage(),
                        known.self().address(),
                        aside.or(voter::trouble).orElse(""),
                        known.course(),
                        Optional.of(Language.OWN)));
    }

    /** For good. */
    void close() {
        over = true;
        if (step == Step.OPEN) {
            ledger.close();
        }
    }
}
