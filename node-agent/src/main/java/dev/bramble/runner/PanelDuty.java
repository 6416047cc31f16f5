package dev.bramble.runner;

import dev.bramble.board.panel.Front;
import dev.bramble.board.panel.Light;
import dev.bramble.board.panel.Lights;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.control.Answer;
import dev.bramble.control.HealthFlags;
import dev.bramble.control.Question;
import dev.bramble.control.Views;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.ButtonPress;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.EventLoop;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the board show how its node stands, by the leader's last word and its own figures, and takes to the leader what
 * its button is pressed for. What the light says is said again every second: a loop that hangs says nothing, and then
 * the light shows that. Event loop of the node.
 */
public final class PanelDuty {
    private static final Logger LOG = LoggerFactory.getLogger(PanelDuty.class);

    /**
     * What a node knows and can ask.
     *
     * @param isFenced whether it has had no word of a leader for a lease
     * @param health of its board; empty before the first reading
     * @param ask asks whoever leads
     */
    public record Parts(
            NodeId self,
            EventLoop loop,
            Front front,
            BooleanSupplier isFenced,
            Supplier<Optional<BoardHealth>> health,
            Function<Question, CompletionStage<Answer>> ask) {}

    private final Parts parts;
    private final LocateLight locate;
    private boolean isLocated;
    /** Of the newest leader that was heard; −1 before. */
    private long term = -1;

    private Message.Sign sign;
    private HealthLimits limits = HealthLimits.STANDARD;
    private Set<Views.HealthFlag> flags = Set.of();

    public PanelDuty(Parts parts) {
        this.parts = parts;
        this.locate = new LocateLight(parts.self(), parts.loop(), this::located);
        this.sign = sign(NodeStanding.READY);
    }

    /** Shows the node from now on, and listens to the button. */
    public void start() {
        parts.front().onPress(press -> parts.loop().execute(() -> pressed(press)));
        every();
    }

    private void every() {
        parts.loop().after(Timing.PULSE, this::every);
        parts.health().get().ifPresent(health -> flags = HealthFlags.of(health, flags, limits));
        show();
    }

    public void received(Message.Pulse pulse) {
        if (pulse.term() < term) {
            // What was safe to unplug by the word of an earlier leader need not be now.
            return;
        }
        term = pulse.term();
        limits = pulse.limits().orElse(HealthLimits.STANDARD);
        sign = pulse.signs().orElse(List.of()).stream()
                .filter(each -> each.node().equals(parts.self()))
                .findFirst()
                .orElseGet(() ->
                        isCordonedByAnOlderLeader(pulse) ? sign(NodeStanding.CORDONED) : sign(NodeStanding.READY));
        locate.received(pulse);
        show();
    }

    private Message.Sign sign(NodeStanding standing) {
        return new Message.Sign(parts.self(), standing, false, false);
    }

    /** One that tells no more of it: what is drained is not known to be safe. */
    private boolean isCordonedByAnOlderLeader(Message.Pulse pulse) {
        return pulse.signs().isEmpty() && pulse.cordoned().orElse(List.of()).contains(parts.self());
    }

    private void located(boolean on) {
        isLocated = on;
        show();
    }

    private void show() {
        boolean isAlone = parts.isFenced().getAsBoolean();
        parts.front()
                .show(
                        term >= 0
                                ? Lights.of(new Lights.Known(
                                        isLocated, isAlone, sign.standing(), sign.safe(), sign.inPlace(), isSick()))
                                : Light.STARTING);
    }

    /** A calendar that is not set is nothing that somebody at the board could mend. */
    private boolean isSick() {
        return flags.stream().anyMatch(flag -> flag != Views.HealthFlag.CLOCK_NOT_SYNCHRONISED);
    }

    private void pressed(ButtonPress press) {
        parts.ask()
                .apply(new Question.Pressed(press, parts.loop().nanos()))
                .whenComplete((answer, failure) -> parts.loop().execute(() -> answered(press, answer, failure)));
    }

    private void answered(ButtonPress press, Answer answer, Throwable failure) {
        if (answer instanceof Answer.Pressed done) {
            LOG.info("the button was pressed ({}): {}", press, done.what());
            return;
        }
        String why = answer instanceof Answer.Refused refused
                ? refused.refusal().sentence()
                : failure == null ? "the leader is of another release" : Inputs.sentence(failure);
        LOG.warn("the button was pressed ({}), and nothing was done: {}", press, why);
        parts.front().refuse();
    }
}
