package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ThisMachineTest {
    private static final String TITLE = "Iface Destination Gateway Flags RefCnt Use Metric Mask MTU Window IRTT";

    @Test
    void theWayToAnywhereWithTheLeastMetricSaysWhichNetworkIsMeant() {
        assertThat(ThisMachine.defaultInterface(List.of(
                        TITLE,
                        "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0",
                        "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0",
                        "eth1\t0001A8C0\t00000000\t0001\t0\t0\t1\t00FFFFFF\t0\t0\t0")))
                .isEqualTo("eth0");
        assertThat(ThisMachine.defaultInterface(List.of(TITLE))).isEmpty();
    }

    @Test
    void thisMachineHasANameWithoutADomain() {
        assertThat(ThisMachine.name()).isNotEmpty().doesNotContain(".");
    }
}
