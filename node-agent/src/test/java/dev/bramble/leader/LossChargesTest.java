package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Departure;
import dev.bramble.ledger.Command;
import dev.bramble.model.DrainMode;
import dev.bramble.model.JobId;
import dev.bramble.model.SampleJob;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LossChargesTest {
    private static final Duration LATER = LossCharges.BOARD_WAIT.plusSeconds(5);
    private final LeaderBench bench = new LeaderBench();
    private final JobId job;

    /** A task of days runs on a node, and nothing else does. */
    LossChargesTest() {
        bench.boot("a", "boot 1");
        bench.ready("a");
        job = bench.submit(SampleJob.of(1));
        bench.report("a", List.of(LeaderBench.running(bench.orders("a").getLast())));
    }

    private int losses() {
        return bench.job(job).history(0).size();
    }

    @Test
    void aNodeThatFallsSilentAloneSpeaksAgainstItsTaskOnceOthersHaveNotFollowed() {
        bench.leave("a", Departure.silent(Duration.ofSeconds(5)));
        assertThat(losses()).isZero();
        bench.pass(Vanishing.WINDOW.plusSeconds(2));
        assertThat(losses()).isEqualTo(1);
    }

    @Test
    void anAgentThatDiesUnderItsTaskSpeaksAgainstItAtOnce() {
        bench.leave("a", Departure.closed(Duration.ofMillis(600)));
        assertThat(losses()).isEqualTo(1);
    }

    @Test
    void anAgentThatSaysGoodbyeDoesNot() {
        bench.leave("a", Departure.FAREWELL);
        bench.pass(LATER);
        assertThat(losses()).isZero();
    }

    @Test
    void anAgentThatBeginsAnewWhileItsBoardStaysUpDoesNot() {
        bench.join("a", 2);
        bench.pass(Duration.ofSeconds(7));
        bench.report("a");
        bench.pass(LATER);
        assertThat(losses()).isZero();
    }

    @Test
    void aBoardThatBootedAnewDoes() {
        bench.join("a", 2);
        bench.pass(Duration.ofSeconds(7));
        assertThat(losses()).isZero();
        bench.boot("a", "boot 2");
        bench.report("a");
        bench.pass(Duration.ofSeconds(2));
        assertThat(losses()).isEqualTo(1);
    }

    @Test
    void anAgentThatBeginsAnewAndTellsNothingOfItsBoardDoes() {
        bench.join("a", 2);
        bench.pass(LATER);
        assertThat(losses()).isEqualTo(1);
    }

    @Test
    void boardsThatAreShutDownDoNot() {
        bench.append(new Command.OrderShutdown(
                bench.state().nextDrain(),
                DrainMode.FINISH,
                Duration.ofDays(1),
                Duration.ofSeconds(30),
                "",
                "ada",
                Optional.empty()));
        bench.leave("a", Departure.closed(Duration.ofMillis(600)));
        bench.pass(LATER);
        assertThat(losses()).isZero();
    }

    @Test
    void theFirstOneOfManyThatVanishWithTheSwitchDoesNot() {
        bench.ready("b", "c", "d", "e");
        bench.leave("a", Departure.silent(Duration.ofSeconds(5)));
        bench.pass(Duration.ofSeconds(2));
        bench.leave("b", "c", "d");
        bench.pass(Vanishing.HOLD.plus(LATER));
        assertThat(losses()).isZero();
    }
}
