package dev.bramble.worker.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.worker.filter.Flight.Alarm;
import dev.bramble.worker.filter.Flight.Verdict;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlightTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final PassPlan PLAIN = new PassPlan(0, 10, false, false, false, false);

    private final AnswerIndex index = new AnswerIndex(10);
    private long now = 5 * SECOND;

    private Flight ordered(PassPlan plan) {
        return new Flight(plan, new BitSet(), new Window(), Duration.ofSeconds(60), Optional.empty(), 0, 0);
    }

    /** Lines 100 to 109, all given. */
    private Flight indexed() {
        Flight flight =
                new Flight(PLAIN, new BitSet(), new Window(), Duration.ofSeconds(60), Optional.of(index), 100, 7);
        offer(flight, 10);
        return flight;
    }

    private void offer(Flight flight, int count) {
        flight.offer(count, count, now);
        flight.wrote(now);
    }

    private Verdict hear(Flight flight, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return flight.hear(bytes, bytes.length, now);
    }

    @Test
    void halfALineIsNoAnswer() {
        Flight flight = ordered(PLAIN);
        offer(flight, 10);
        assertThat(hear(flight, "one\ntw")).isEqualTo(Verdict.FINE);
        assertThat(flight.answered()).isEqualTo(1);
        assertThat(flight.wholeBytes()).isEqualTo(4);
        assertThat(hear(flight, "o\n\n\r\0")).isEqualTo(Verdict.FINE);
        assertThat(flight.answered()).isEqualTo(3);
        assertThat(flight.wholeBytes()).isEqualTo(9);
        assertThat(flight.firstOwed()).isEqualTo(3);
    }

    @Test
    void aLineBeyondThoseGivenAndEvenItsBeginningBreaksTheBatch() {
        for (String tooMuch : new String[] {"1\n2\n3\n", "1\n2\n3"}) {
            Flight flight = ordered(PLAIN);
            offer(flight, 2);
            assertThat(hear(flight, tooMuch)).isEqualTo(Verdict.BROKEN);
            assertThat(flight.fault()).contains("more lines than it was given");
        }
        Flight flight = ordered(PLAIN);
        offer(flight, 1);
        assertThat(hear(flight, "1\n")).isEqualTo(Verdict.FINE);
        assertThat(hear(flight, "x")).isEqualTo(Verdict.BROKEN);
    }

    @Test
    void numberedAnswersMayComeInAnyOrderAndInPieces() {
        Flight flight = indexed();
        assertThat(hear(flight, "103\tc\n1")).isEqualTo(Verdict.FINE);
        assertThat(hear(flight, "00\ta")).isEqualTo(Verdict.FINE);
        assertThat(hear(flight, "\tb\n")).isEqualTo(Verdict.FINE);
        assertThat(flight.answered()).isEqualTo(2);
        assertThat(flight.firstOwed()).isEqualTo(1);
        assertThat(index.start(3)).isEqualTo(7 + 4);
        assertThat(index.start(0)).isEqualTo(7 + 6 + 4);
        assertThat(index.length(0)).isEqualTo(3);
        BitSet answered = new BitSet();
        flight.addAnsweredTo(answered);
        assertThat(answered.stream()).containsExactly(0, 3);
    }

    @Test
    void aNumberThatIsNotOwedOrNoneAtAllBreaksTheBatch() {
        assertThat(hear(indexed(), "110\tx\n")).isEqualTo(Verdict.BROKEN);
        assertThat(hear(indexed(), "99\tx\n")).isEqualTo(Verdict.BROKEN);
        assertThat(hear(indexed(), "100\tx\n100\tx\n")).isEqualTo(Verdict.BROKEN);
        assertThat(hear(indexed(), "\tx\n")).isEqualTo(Verdict.BROKEN);
        assertThat(hear(indexed(), "\n")).isEqualTo(Verdict.BROKEN);
        assertThat(hear(indexed(), "-1\tx\n")).isEqualTo(Verdict.BROKEN);
        assertThat(hear(indexed(), "99999999999999999999999\tx\n")).isEqualTo(Verdict.BROKEN);
    }

    @Test
    void twoSecondsAfterTheLastMoveStdinIsClosedAndTheLineTimesOutLater() {
        Flight flight = ordered(PLAIN);
        assertThat(flight.alarm(now + 100 * SECOND)).as("nothing owed").isEqualTo(Alarm.NONE);
        offer(flight, 2);
        now += SECOND;
        hear(flight, "1\n");
        assertThat(flight.alarm(now + 2 * SECOND - 1)).isEqualTo(Alarm.NONE);
        assertThat(flight.alarm(now + 2 * SECOND)).isEqualTo(Alarm.CLOSE);
        flight.closed(now + 2 * SECOND);
        assertThat(flight.alarm(now + 59 * SECOND)).isEqualTo(Alarm.NONE);
        assertThat(flight.alarm(now + 60 * SECOND)).isEqualTo(Alarm.TIMED_OUT);
    }

    @Test
    void aWriteThatTheProcessDoesNotTakeIsNoSilence() {
        Flight flight = ordered(PLAIN);
        flight.offer(2, 2, now);
        assertThat(flight.alarm(now + 10 * SECOND)).isEqualTo(Alarm.NONE);
        flight.wrote(now + 10 * SECOND);
        assertThat(flight.alarm(now + 12 * SECOND)).isEqualTo(Alarm.CLOSE);
    }

    @Test
    void aProcessThatHasAnsweredAllAndReadItsEndMustEnd() {
        Flight flight = ordered(new PassPlan(0, 1, true, false, false, true));
        offer(flight, 1);
        flight.closed(now);
        hear(flight, "1\n");
        assertThat(flight.isAnswered()).isTrue();
        assertThat(flight.alarm(now + 2 * SECOND)).isEqualTo(Alarm.ENOUGH);
    }

    @Test
    void onlyOneLineIsGivenWhileProvingOrReplaying() {
        Flight proving = ordered(new PassPlan(0, 10, true, false, true, false));
        assertThat(proving.room()).isEqualTo(1);
        offer(proving, 1);
        assertThat(proving.room()).isZero();
        hear(proving, "1\n");
        assertThat(proving.room()).isEqualTo(1);
        proving.proved(now);
        assertThat(proving.room()).isEqualTo(9);
        assertThat(ordered(new PassPlan(0, 10, true, true, false, false)).room())
                .isEqualTo(1);
    }

    @Test
    void theWindowGrowsForTheFastAndShrinksForTheSlow() {
        Window window = new Window();
        window.resume(now);
        for (int i = 0; i < 20; i++) {
            now += Duration.ofMillis(1).toNanos();
            window.answered(window.lines(), now);
        }
        assertThat(window.lines()).isEqualTo(Window.LINES_MAX);
        now += SECOND;
        window.answered(3, now);
        assertThat(window.lines()).isEqualTo(3);
        now += SECOND;
        window.answered(1, now);
        assertThat(window.lines()).isEqualTo(Window.LINES_MIN);
    }

    /** However the bytes are cut, what is heard is the same. */
    @Test
    void piecesChangeNothing() {
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            StringBuilder text = new StringBuilder();
            int lines = random.nextInt(10);
            for (int i = 0; i < lines; i++) {
                text.append("x".repeat(random.nextInt(5))).append('\n');
            }
            int whole = text.length();
            text.append(lines < 9 ? "y".repeat(random.nextInt(3)) : "");
            Flight flight = ordered(PLAIN);
            offer(flight, 10);
            for (int at = 0; at < text.length(); ) {
                int end = at + 1 + random.nextInt(text.length() - at);
                assertThat(hear(flight, text.substring(at, end))).isEqualTo(Verdict.FINE);
                at = end;
            }
            assertThat(flight.answered()).isEqualTo(lines);
            assertThat(flight.wholeBytes()).isEqualTo(whole);
        }
    }
}
