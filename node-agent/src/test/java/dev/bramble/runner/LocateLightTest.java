package dev.bramble.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Message;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LocateLightTest {
    private static final NodeId SELF = new NodeId("pi07");

    private final SimTime time = new SimTime();
    private boolean isLocated;
    private final LocateLight light = new LocateLight(SELF, time.newLoop(), on -> isLocated = on);

    private void pulse(Message.Located... located) {
        light.received(new Message.Pulse(
                1,
                new NodeId("pi01"),
                Moment.FOUNDING,
                0,
                List.of(),
                Optional.of(List.of()),
                Optional.of(List.of(located)),
                Optional.empty(),
                Optional.empty()));
    }

    private static Message.Located located(NodeId node, long millis) {
        return new Message.Located(node, new Moment(millis), "olga");
    }

    private void pass(Duration duration) {
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    @Test
    void boardThatIsLookedForShowsItUntilItIsFound() {
        pulse(located(SELF, 60_000));
        assertThat(isLocated).isTrue();

        pulse();
        assertThat(isLocated).isFalse();
    }

    @Test
    void anotherBoardIsNotMeant() {
        pulse(located(new NodeId("pi08"), 60_000));

        assertThat(isLocated).isFalse();
    }

    @Test
    void lightEndsInTimeWhenNoLeaderSpeaksAnyMore() {
        pulse(located(SELF, 5_000));
        pass(Duration.ofSeconds(4));
        assertThat(isLocated).isTrue();

        pass(Duration.ofSeconds(2));
        assertThat(isLocated).isFalse();
    }
}
