package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeStanding;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void theOnlyCopyOfTheLedgerIsWarnedOfWithWhatGivesItCompany() {
        assertThat(onlyCopy(Map.of())).endsWith("copy of the ledger: add a second board");
        Map<String, NodeStanding> mixed = Map.of("pi02", NodeStanding.READY, "pi03", NodeStanding.CORDONED);
        assertThat(onlyCopy(mixed)).endsWith(" until others have joined it as voters");
        Map<String, NodeStanding> out = Map.of("pi02", NodeStanding.DRAINED, "pi03", NodeStanding.CORDONED);
        assertThat(onlyCopy(out))
                .endsWith(": pi02, pi03 take no work, and so no vote; `bramble uncordon` changes that");
    }

    private static String onlyCopy(Map<String, NodeStanding> others) {
        return Report.onlyCopy(new TreeMap<>(others));
    }
}
