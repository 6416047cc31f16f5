package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.panel.Front;
import dev.bramble.board.panel.Light;
import dev.bramble.cluster.Message;
import dev.bramble.control.Answer;
import dev.bramble.control.Question;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.ButtonPress;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.PanelReport;
import dev.bramble.model.Reading;
import dev.bramble.model.Refusal;
import dev.bramble.time.Moment;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class PanelDutyTest {
    private static final NodeId SELF = new NodeId("pi07");

    private final SimTime time = new SimTime();
    private final SimTime.SimLoop loop = time.newLoop();
    private final Seen front = new Seen();
    private final List<Question> asked = new ArrayList<>();
    private boolean isFenced;
    private Optional<HealthLimits> limits = Optional.empty();
    private Optional<BoardHealth> health = Optional.empty();
    private Answer answer = new Answer.Pressed("pi07 is being drained");
    private final PanelDuty duty =
            new PanelDuty(new PanelDuty.Parts(SELF, loop, front, () -> isFenced, () -> health, question -> {
                asked.add(question);
                return CompletableFuture.completedFuture(answer);
            }));

    /** Remembers what it was told to show. */
    private static final class Seen implements Front {
        private Light light;
        private int shown;
        private int refused;
        private Consumer<ButtonPress> pressed;

        @Override
        public void show(Light next) {
            light = next;
            shown++;
        }

        @Override
        public void temperature(OptionalDouble celsius) {}

        @Override
        public void refuse() {
            refused++;
        }

        @Override
        public void onPress(Consumer<ButtonPress> listener) {
            pressed = listener;
        }

        @Override
        public Optional<PanelReport> report() {
            return Optional.empty();
        }
    }

    private void pulse(List<Message.Located> located, Message.Sign... signs) {
        pulse(1, located, signs);
    }

    private void pulse(long term, List<Message.Located> located, Message.Sign... signs) {
        duty.received(new Message.Pulse(
                term,
                new NodeId("pi01"),
                Moment.FOUNDING,
                0,
                List.of(),
                Optional.of(List.of()),
                Optional.of(located),
                Optional.of(List.of(signs)),
                limits));
    }

    private void pass(Duration duration) {
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    @Test
    void lightFollowsTheLeadersWord() {
        duty.start();
        assertThat(front.light).isEqualTo(Light.STARTING);
        pulse(List.of());
        assertThat(front.light).isEqualTo(Light.WORKING);
        pulse(List.of(), new Message.Sign(new NodeId("pi08"), NodeStanding.DRAINING, false, false));
        assertThat(front.light).as("another node drains").isEqualTo(Light.WORKING);
        pulse(List.of(), new Message.Sign(SELF, NodeStanding.DRAINING, false, false));
        assertThat(front.light).isEqualTo(Light.DRAINING);
        pulse(List.of(), new Message.Sign(SELF, NodeStanding.DRAINED, true, false));
        assertThat(front.light).isEqualTo(Light.SAFE);
        pulse(List.of(new Message.Located(SELF, new Moment(60_000), "olga")));
        assertThat(front.light).isEqualTo(Light.LOCATED);
    }

    @Test
    void boardThatAnOlderLeaderCordonsIsNotShownAsWorkingNorAsSafe() {
        duty.start();
        duty.received(
                new Message.Pulse(1, new NodeId("pi01"), Moment.FOUNDING, 0, List.of(), Optional.of(List.of(SELF))));
        assertThat(front.light).isEqualTo(Light.CORDONED);
    }

    @Test
    void boardWithoutALeaderIsNeverShownAsSafe() {
        duty.start();
        pulse(List.of(), new Message.Sign(SELF, NodeStanding.DRAINED, true, false));
        isFenced = true;
        pass(Duration.ofSeconds(2));
        assertThat(front.light).isEqualTo(Light.ALONE);
    }

    @Test
    void whatAnEarlierLeaderSaysLateIsNotShown() {
        duty.start();
        pulse(2, List.of(), new Message.Sign(SELF, NodeStanding.DRAINING, false, false));
        pulse(1, List.of(), new Message.Sign(SELF, NodeStanding.DRAINED, true, false));
        assertThat(front.light).isEqualTo(Light.DRAINING);
    }

    @Test
    void aBoardIsInTroubleFromTheLimitsOnThatTheBrambleHas() {
        Reading none = Reading.unknown("test");
        health = Optional.of(new BoardHealth(
                "board", "boot", Reading.known(72), none, none, none, none, none, none, none, none, none, none));
        duty.start();
        pulse(List.of());
        pass(Duration.ofSeconds(2));
        assertThat(front.light).isEqualTo(Light.WORKING);
        limits = Optional.of(new HealthLimits(70, 65, 0, 0));
        pulse(List.of());
        pass(Duration.ofSeconds(2));
        assertThat(front.light).isEqualTo(Light.TROUBLE);
    }

    @Test
    void whatIsShownIsSaidAgainAllTheTime() {
        duty.start();
        pulse(List.of());
        int before = front.shown;
        pass(Duration.ofSeconds(5));
        assertThat(front.shown - before).isGreaterThanOrEqualTo(4);
    }

    @Test
    void pressIsTakenToTheLeader() {
        duty.start();
        front.pressed.accept(ButtonPress.SHORT);
        pass(Duration.ofSeconds(1));
        assertThat(asked)
                .singleElement()
                .isInstanceOfSatisfying(
                        Question.Pressed.class,
                        pressed -> assertThat(pressed.press()).isEqualTo(ButtonPress.SHORT));
        assertThat(front.refused).isZero();
        answer = new Answer.Refused(new Refusal(Refusal.Kind.CONFLICT, "it would cost the voters their majority"));
        front.pressed.accept(ButtonPress.SHORT);
        pass(Duration.ofSeconds(1));
        assertThat(front.refused).isEqualTo(1);
        assertThat(((Question.Pressed) asked.getFirst()).id()).isNotEqualTo(((Question.Pressed) asked.getLast()).id());
    }
}
