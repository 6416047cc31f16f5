package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AlertNotesTest {
    private final LedgerState state = new LedgerState();
    private Moment now = Moment.FOUNDING;

    private void apply(Command... commands) {
        state.apply(new Entry(now, List.of(commands)));
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private static Command mute(Optional<Moment> until) {
        return new Command.MuteAlerts("under-voltage", until, "the supply comes tomorrow", "ada");
    }

    @Test
    void whoKnowsOfAnAlertIsRememberedWithTheReasonAndInTheAudit() {
        pass(Duration.ofMinutes(3));
        apply(new Command.AckAlert("node-down", "pi07", "its card is being written", "ada"));

        assertThat(state.alerts().acks())
                .containsExactly(new AlertNotes.Ack("node-down", "pi07", "its card is being written", "ada", now));
        assertThat(state.auditTrail().all())
                .last()
                .satisfies(record -> assertThat(record.toString())
                        .contains("ada")
                        .contains("node-down")
                        .contains("pi07")
                        .contains("its card is being written"));
    }

    @Test
    void sayingItAgainCountsFromThen() {
        apply(new Command.AckAlert("node-down", "pi07", "first", "ada"));
        pass(Duration.ofHours(1));
        apply(new Command.AckAlert("node-down", "pi07", "second", "bob"));

        assertThat(state.alerts().acks())
                .containsExactly(new AlertNotes.Ack("node-down", "pi07", "second", "bob", now));
    }

    @Test
    void muteLastsUntilItsTimeOrUntilItIsTakenBack() {
        apply(mute(Optional.of(now.plus(Duration.ofHours(2)))));
        assertThat(state.alerts().mutes()).containsKey("under-voltage");

        apply(mute(Optional.empty()));
        assertThat(state.alerts().mutes()).isEmpty();

        apply(mute(Optional.of(now.plus(Duration.ofHours(2)))));
        pass(Duration.ofHours(2));
        apply(mute(Optional.of(now)));
        assertThat(state.alerts().mutes()).isEmpty();
    }

    @Test
    void oldestGoWhenThereAreTooMany() {
        for (int i = 0; i <= AlertNotes.ACKS_MAX; i++) {
            apply(new Command.AckAlert("node-down", "pi" + i, "x", "ada"));
            apply(new Command.MuteAlerts("rule" + i, Optional.of(now.plus(Duration.ofHours(1))), "x", "ada"));
        }

        assertThat(state.alerts().acks())
                .hasSize(AlertNotes.ACKS_MAX)
                .noneMatch(ack -> ack.subject().equals("pi0"));
        assertThat(state.alerts().mutes()).hasSize(AlertNotes.MUTES_MAX);
    }

    @Test
    void snapshotHoldsAllOfItInItsOrder() {
        apply(new Command.AckAlert("node-down", "pi07", "b", "ada"));
        apply(new Command.AckAlert("node-down", "pi01", "a", "ada"));
        apply(mute(Optional.of(now.plus(Duration.ofHours(2)))));
        CborCodec codec = new CborCodec();
        byte[] image = codec.encodeImage(state.image());

        LedgerState restored = LedgerState.of(codec.decodeImage(image));
        assertThat(restored.alerts().acks())
                .containsExactlyElementsOf(state.alerts().acks());
        assertThat(restored.alerts().mutes()).isEqualTo(state.alerts().mutes());
        assertThat(codec.encodeImage(restored.image())).isEqualTo(image);
    }

    @Test
    void theyAreWrittenOnlyInTheThirdLanguage() {
        assertThat(Language.of(new Command.AckAlert("node-down", "pi07", "b", "ada")))
                .isEqualTo(Language.THIRD);
        assertThat(Language.of(mute(Optional.empty()))).isEqualTo(Language.THIRD);
    }
}
