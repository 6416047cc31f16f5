package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.RackLayout;
import dev.bramble.model.SampleJob;
import dev.bramble.model.Setting;
import dev.bramble.model.Toll;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.roaringbitmap.RoaringBitmap;

class LanguageTest {
    private static final NodeId NODE = new NodeId("a");

    private final CborCodec codec = new CborCodec();
    private final CborCodec older = new CborCodec(Language.FIRST);
    private final LedgerState state = new LedgerState();

    private static Entry entry(Command... commands) {
        return new Entry(new Moment(1), List.of(commands));
    }

    private void found(Optional<Integer> language) {
        state.apply(entry(new Command.Found(new LedgerId("l"), "home", "pem", language)));
    }

    private static Command standing(NodeStanding standing) {
        return new Command.SetStanding(NODE, standing, "why", "ada");
    }

    @Test
    void anOlderReleaseReadsWhatItKnowsAndStopsAtWhatItDoesNot() {
        Entry known = entry(standing(NodeStanding.CORDONED), new Command.MapCalendar(5, Optional.empty()));
        assertThat(older.decodeEntry(codec.encodeEntry(known))).isEqualTo(known);
        List<Command> unknown = List.of(
                standing(NodeStanding.QUARANTINED),
                new Command.MapCalendar(5, Optional.of(new Moment(1))),
                new Command.NodeArrived(NODE, "life"),
                new Command.CancelDrain(NODE, 1, "ada"),
                new Command.SetRacks(RackLayout.EMPTY, 0, "ada"),
                new Command.RecordLosses(NODE, new JobId(1), 0, RoaringBitmap.bitmapOf(1), "gone", Optional.of(5L)),
                new Command.RaiseLanguage(Language.OWN));
        for (Command command : unknown) {
            byte[] bytes = codec.encodeEntry(entry(standing(NodeStanding.READY), command));
            assertThat(codec.decodeEntry(bytes).commands()).contains(command);
            assertThatThrownBy(() -> older.decodeEntry(bytes))
                    .as(command.toString())
                    .isInstanceOf(NewerReleaseException.class)
                    .hasMessageContaining(
                            "does not know the entry " + command.getClass().getSimpleName())
                    .hasMessageEndingWith("upgrade this node");
        }
    }

    @Test
    void whatAUserDoesTakesTheLanguageOfWhatItIs() {
        Origin origin = new Origin("ada", "t1", "head1", "192.0.2.7", "change-setting", "health.cool");
        Command plain = new Command.ByUser(standing(NodeStanding.READY), origin);
        Command newer = new Command.ByUser(new Command.ChangeSetting(Setting.HEALTH_COOL.key(), 74, "ada"), origin);
        assertThat(Language.of(plain)).isEqualTo(Language.THIRD);
        assertThat(Language.of(newer)).isEqualTo(Language.FOURTH);
    }

    @Test
    void thisReleaseStopsAtWhatALaterOneWrites() {
        byte[] raised = codec.encodeEntry(entry(new Command.RaiseLanguage(Language.OWN + 1)));
        assertThatThrownBy(() -> codec.decodeEntry(raised))
                .isInstanceOf(NewerReleaseException.class)
                .hasMessageContaining("RaiseLanguage");

        record Later(String is) {}
        record LaterEntry(Moment at, List<Later> commands) {}
        byte[] unheardOf = codec.encode(new LaterEntry(new Moment(1), List.of(new Later("PaintNode"))));
        assertThatThrownBy(() -> codec.decodeEntry(unheardOf))
                .isInstanceOf(NewerReleaseException.class)
                .hasMessageContaining("does not know the entry PaintNode");
    }

    @Test
    void aSnapshotIsRestoredOnlyByWhoKnowsItsLanguage() {
        found(Optional.empty());
        byte[] first = codec.encodeImage(state.image());
        assertThat(older.decodeImage(first).brambleName()).isEqualTo("home");
        state.apply(entry(new Command.RaiseLanguage(Language.OWN)));
        byte[] raised = codec.encodeImage(state.image());
        assertThatThrownBy(() -> older.decodeImage(raised))
                .isInstanceOf(NewerReleaseException.class)
                .hasMessageContaining("a snapshot in language " + Language.OWN);
        assertThat(LedgerState.of(codec.decodeImage(raised)).electorate().language())
                .isEqualTo(Language.OWN);
    }

    @Test
    void aLedgerOfAnOlderReleaseSaysTheFirstLanguageUntilItIsRaisedAndNeverLessAgain() {
        found(Optional.empty());
        assertThat(state.electorate().language()).isEqualTo(Language.FIRST);
        state.apply(entry(new Command.RaiseLanguage(Language.OWN)));
        state.apply(entry(new Command.RaiseLanguage(Language.FIRST)));
        assertThat(state.electorate().language()).isEqualTo(Language.OWN);
        assertThat(state.auditTrail().all())
                .extracting(AuditRecord::what)
                .contains("raised the ledger's language to " + Language.OWN + ": all voters know it");

        LedgerState anew = new LedgerState();
        anew.apply(entry(new Command.Found(new LedgerId("l"), "home", "pem", Optional.of(Language.OWN))));
        assertThat(anew.electorate().language()).isEqualTo(Language.OWN);
    }

    @Test
    void whatFailuresCostIsToldWhenAllVotersKnowIt() {
        found(Optional.of(Language.SECOND));
        state.apply(entry(new Command.SubmitJob(new JobId(1), SampleJob.of(9).spec(), "ada", "", "")));
        Command losses =
                new Command.RecordLosses(NODE, new JobId(1), 0, RoaringBitmap.bitmapOf(1), "gone", Optional.of(5L));
        state.apply(entry(losses));
        assertThat(state.events().newestFirst().iterator().next().what().toll()).isEmpty();
        state.apply(entry(
                new Command.RaiseLanguage(Language.THIRD),
                new Command.RecordLosses(
                        new NodeId("b"), new JobId(1), 0, RoaringBitmap.bitmapOf(1, 2), "gone", Optional.of(7_000L))));
        assertThat(state.events().newestFirst().iterator().next().what().toll()).contains(new Toll(2, 7_000));
    }

    @Test
    void eventsBeginWhenAllVotersKnowThem() {
        found(Optional.empty());
        state.apply(entry(new Command.ChangeSetting("blobs.heal-after", 40_000, "ada")));
        assertThat(state.events().last()).isZero();
        state.apply(entry(
                new Command.RaiseLanguage(Language.OWN), new Command.ChangeSetting("blobs.heal-after", 50_000, "ada")));
        List<EventKind> kinds = new ArrayList<>();
        state.events().newestFirst().forEach(event -> kinds.add(event.what().kind()));
        assertThat(kinds).containsExactly(EventKind.SETTING_CHANGED);
    }
}
