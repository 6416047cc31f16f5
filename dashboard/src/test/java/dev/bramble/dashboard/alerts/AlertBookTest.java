package dev.bramble.dashboard.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Views;
import dev.bramble.model.Setting;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlertBookTest {
    private static final Finding PI07 = new Finding(Rule.NODE_DOWN, "pi07", "pi07 has been down");
    private static final Finding PI08 = new Finding(Rule.NODE_DOWN, "pi08", "pi08 has been down");
    private static final Rules.Holds HOLDS = Rules.Holds.of(Setting::standard);
    private static final int HOLD_SECONDS =
            (int) HOLDS.before().get(Rule.NODE_DOWN).toSeconds();
    private static final int RESOLVE_SECONDS = (int) HOLDS.resolve().toSeconds();

    private final AlertBook book = new AlertBook();
    private Views.AlertNotesView notes = new Views.AlertNotesView(List.of(), List.of());
    private long second = 1_000;
    private boolean tells = true;

    /** Looks for so many seconds, and returns what was told in them. */
    private List<String> looks(int seconds, Finding... found) {
        List<String> told = new java.util.ArrayList<>();
        for (int i = 0; i < seconds; i++) {
            look(EnumSet.allOf(Rule.class), found)
                    .forEach(news -> told.add(
                            (news.isOver() ? "over " : "") + news.alert().subject()));
        }
        return told;
    }

    private List<AlertBook.News> look(EnumSet<Rule> judged, Finding... found) {
        second++;
        return book.look(second * 1_000, new Rules.Judged(judged, Arrays.asList(found)), HOLDS, notes, tells);
    }

    private void acknowledge(String subject, long secondsAgo) {
        notes = new Views.AlertNotesView(
                List.of(new Views.AlertAck("node-down", subject, "I know", "ada", secondsAgo * 1_000)), notes.mutes());
    }

    private void mute(boolean isOn) {
        notes = new Views.AlertNotesView(
                notes.acks(),
                isOn ? List.of(new Views.AlertMute("node-down", 5_000, "moving house", "ada", 0)) : List.of());
    }

    @Test
    void findingIsAnAlertOnceItHasHeldAndIsToldOnce() {
        looks(1);
        assertThat(looks(HOLD_SECONDS, PI07)).isEmpty();
        assertThat(book.open()).isEmpty();

        assertThat(looks(60, PI07)).containsExactly("pi07");
        assertThat(book.open())
                .singleElement()
                .satisfies(alert -> assertThat(alert.subject()).isEqualTo("pi07"));
    }

    @Test
    void findingThatPassesBeforeItHasHeldIsNothing() {
        looks(HOLD_SECONDS, PI07);
        looks(1);
        looks(HOLD_SECONDS, PI07);
        assertThat(looks(RESOLVE_SECONDS * 2)).isEmpty();
        assertThat(book.over()).isEmpty();
    }

    @Test
    void alertIsOverOnlyWhenAllWasWellForLongEnough() {
        looks(HOLD_SECONDS + 1, PI07);
        assertThat(looks(RESOLVE_SECONDS - 1)).isEmpty();
        assertThat(looks(1, PI07)).isEmpty();
        assertThat(looks(RESOLVE_SECONDS)).isEmpty();
        assertThat(book.open()).hasSize(1);

        assertThat(looks(1)).containsExactly("over pi07");
        assertThat(book.open()).isEmpty();
        assertThat(book.over())
                .singleElement()
                .satisfies(alert -> assertThat(alert.overMillis()).isEqualTo(second * 1_000));
    }

    @Test
    void ruleThatCannotBeJudgedNowChangesNothing() {
        looks(HOLD_SECONDS + 1, PI07);
        for (int i = 0; i < RESOLVE_SECONDS * 3; i++) {
            assertThat(look(EnumSet.of(Rule.HEAD_CUT_OFF))).isEmpty();
        }
        assertThat(book.open()).hasSize(1);
    }

    @Test
    void alertThatSomebodyKnowsOfIsNotToldAndCountsForItsOwnTimeOnly() {
        looks(1);
        looks(10, PI07);
        acknowledge("pi07", 5);
        assertThat(looks(HOLD_SECONDS, PI07)).isEmpty();
        assertThat(book.open().getFirst().ack()).isPresent();

        // It is well again, and then wrong anew: what was said before is about the time before.
        looks(RESOLVE_SECONDS + 1);
        acknowledge("pi07", HOLD_SECONDS + RESOLVE_SECONDS + 30L);
        assertThat(looks(HOLD_SECONDS + 1, PI07)).containsExactly("pi07");
        assertThat(book.open().getFirst().ack()).isEmpty();
    }

    @Test
    void headThatHasJustStartedBelievesWhatWasSaidBefore() {
        acknowledge("pi07", 3_600);
        assertThat(looks(HOLD_SECONDS + 1, PI07)).isEmpty();
        assertThat(book.open().getFirst().ack()).isPresent();

        AlertBook other = new AlertBook();
        acknowledge("pi07", AlertBook.OLD_ACK_MAX.toSeconds() + HOLD_SECONDS + 60);
        List<AlertBook.News> told = List.of();
        for (int i = 0; i <= HOLD_SECONDS; i++) {
            told = other.look(
                    i * 1_000L, new Rules.Judged(EnumSet.allOf(Rule.class), List.of(PI07)), HOLDS, notes, true);
        }
        assertThat(told).hasSize(1);
    }

    @Test
    void mutedRuleIsToldWhenItIsHeardAgainIfItIsStillWrong() {
        looks(1);
        mute(true);
        assertThat(looks(HOLD_SECONDS + 60, PI07)).isEmpty();
        assertThat(book.open().getFirst().mute()).isPresent();

        mute(false);
        assertThat(looks(1, PI07)).containsExactly("pi07");
    }

    @Test
    void headThatTakesOverTellsWhatBeganInTheLastMinuteAndNothingOlder() {
        tells = false;
        looks(1);
        looks(HOLD_SECONDS + 1, PI07);
        looks((int) AlertBook.TOLD_BY_ANOTHER.toSeconds() - 5, PI07);
        tells = true;
        assertThat(looks(10, PI07)).containsExactly("pi07");

        tells = false;
        looks(HOLD_SECONDS + (int) AlertBook.TOLD_BY_ANOTHER.toSeconds() + 5, PI07, PI08);
        tells = true;
        assertThat(looks(10, PI07, PI08)).isEmpty();
    }

    @Test
    void thousandsOfFindingsAreBounded() {
        Finding[] many = new Finding[AlertBook.OPEN_MAX + 100];
        for (int i = 0; i < many.length; i++) {
            many[i] = new Finding(Rule.NODE_DOWN, "pi" + i, "down");
        }
        looks(HOLD_SECONDS + 2, many);
        assertThat(book.open()).hasSize(AlertBook.OPEN_MAX);
        looks(RESOLVE_SECONDS + 2);
        assertThat(book.open()).isEmpty();
        assertThat(book.over()).hasSize(AlertBook.OVER_MAX);
    }

    @Test
    void everyRuleHoldsByASettingOfItsOwnOrTheCommonOne() {
        assertThat(HOLDS.before()).containsOnlyKeys(Rule.values());
        assertThat(HOLDS.before().get(Rule.UNDER_VOLTAGE)).isLessThan(Duration.ofMinutes(1));
    }
}
