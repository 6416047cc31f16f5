package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.Moment;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElectorateTest {
    private static final CborCodec CODEC = new CborCodec();
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final LedgerState state = new LedgerState();

    private void apply(Command command) {
        state.apply(CODEC.decodeEntry(CODEC.encodeEntry(new Entry(new Moment(5), List.of(command)))));
    }

    private LedgerState restored() {
        return LedgerState.of(CODEC.decodeImage(CODEC.encodeImage(state.image())));
    }

    @Test
    void oneVoteMovesAtATimeAndTheOrderOutlivesASnapshot() {
        apply(new Command.MoveVote(A, B, "ada"));
        apply(new Command.MoveVote(A, C, "eve"));
        assertThat(restored().electorate().move()).contains(new VoteMove(A, B, "ada", new Moment(5)));
        apply(new Command.EndMoveVote(A, C, true, "another one"));
        assertThat(state.electorate().move()).isPresent();
        apply(new Command.EndMoveVote(A, B, false, "it took too long"));
        assertThat(restored().electorate().move()).isEmpty();
        assertThat(state.events().newestFirst()).singleElement().satisfies(event -> {
            assertThat(event.what().kind()).isEqualTo(EventKind.VOTER_TROUBLE);
            assertThat(event.what().text()).isEqualTo("it took too long");
        });
        assertThat(state.auditTrail().all()).extracting(AuditRecord::by).containsExactly("ada", "bramble");
    }

    @Test
    void theAuditTrailNamesNodesAsPeopleDo() {
        apply(new Command.AdmitNode(
                NodeRecord.admitted(A, "pi-left", NodeRole.AGENT, "s", "k", "ada", Moment.FOUNDING)));
        apply(new Command.MoveVote(A, B, "ada"));
        assertThat(state.auditTrail().all())
                .last()
                .isEqualTo(new AuditRecord(new Moment(5), "ada", "ordered the vote of pi-left to move to b"));
    }

    @Test
    void aRecoveryVoidsWhatWasOrderedAndIsRemembered() {
        apply(new Command.MoveVote(A, B, "ada"));
        apply(new Command.RecoverLedger("0123", C, "two cards died", "root on c"));
        assertThat(restored().electorate().move()).isEmpty();
        assertThat(restored().electorate().recovery())
                .contains(new Electorate.Recovery("0123", C, "root on c", new Moment(5)));
        assertThat(state.events().newestFirst())
                .singleElement()
                .satisfies(event -> assertThat(event.what().kind()).isEqualTo(EventKind.LEDGER_RECOVERED));
    }
}
