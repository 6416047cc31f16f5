package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.RackLayout;
import dev.bramble.time.Moment;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RacksTest {
    private static final NodeId NODE = new NodeId("n1");
    private static final CborCodec CODEC = new CborCodec();

    private final LedgerState state = new LedgerState();

    private void apply(Command command) {
        state.apply(new Entry(new Moment(5), List.of(command)));
    }

    private static RackLayout layout(String rack, NodeId... nodes) {
        List<RackLayout.Slot> slots = Arrays.stream(nodes)
                .map(node -> RackLayout.Slot.BARE.with(Optional.of(node)))
                .toList();
        return new RackLayout(
                List.of(), List.of(), List.of(new RackLayout.Rack(rack, List.of(new RackLayout.Shelf("top", slots)))));
    }

    @Test
    void aLayoutThatWasMadeFromAnOlderOneChangesNothing() {
        apply(new Command.SetRacks(layout("left"), 0, "ada"));
        apply(new Command.SetRacks(layout("right"), 0, "bob"));

        assertThat(state.racks().layout()).isEqualTo(layout("left"));
        assertThat(state.racks().version()).isEqualTo(1);
        assertThat(state.racks().by()).isEqualTo("ada");
        apply(new Command.SetRacks(layout("right"), 1, "bob"));
        assertThat(state.racks()).isEqualTo(new RackRecord(layout("right"), 2, "bob", new Moment(5)));
    }

    @Test
    void aChangeIsToldAndWrittenDownWithWhoMadeIt() {
        apply(new Command.SetRacks(layout("left", NODE), 0, "ada"));
        Happening told = state.events().newestFirst().iterator().next().what();

        assertThat(told.kind()).isEqualTo(EventKind.SETTING_CHANGED);
        assertThat(told.by()).isEqualTo("ada");
        assertThat(told.text()).isEqualTo("the rack layout was changed: 1 board in 1 slot");
        assertThat(state.auditTrail().all()).extracting(AuditRecord::by).contains("ada");
    }

    @Test
    void theSlotOfANodeThatIsForgottenIsFreeAndWhoEditsMeanwhileSeesIt() {
        apply(new Command.AdmitNode(
                NodeRecord.admitted(NODE, "pi01", NodeRole.AGENT, "s", "k", "root", Moment.FOUNDING)));
        apply(new Command.SetRacks(layout("left", NODE), 0, "ada"));
        apply(new Command.ForgetNode(NODE, "root"));

        assertThat(state.racks().layout().places()).isEmpty();
        assertThat(state.racks().version()).isEqualTo(2);
    }

    @Test
    void theLayoutSurvivesASnapshot() {
        apply(new Command.SetRacks(layout("left", NODE), 0, "ada"));
        LedgerState back = LedgerState.of(CODEC.decodeImage(CODEC.encodeImage(state.image())));

        assertThat(back.racks()).isEqualTo(state.racks());
        assertThat(LedgerState.of(CODEC.decodeImage(CODEC.encodeImage(new LedgerState().image())))
                        .racks())
                .isEqualTo(RackRecord.NONE);
    }
}
