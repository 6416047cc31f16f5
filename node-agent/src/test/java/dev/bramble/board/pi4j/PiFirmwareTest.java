package dev.bramble.board.pi4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.pi4j.boardinfo.model.BoardReading;
import dev.bramble.board.Firmware;
import dev.bramble.board.ThrottleFlag;
import dev.bramble.model.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PiFirmwareTest {
    @Test
    void flagsAreToldApartNowAndSinceTheBoot() {
        Reading word = PiFirmware.flags("throttled=0x50005\n");

        assertThat(ThrottleFlag.UNDER_VOLTAGE.now(word)).isEqualTo(Reading.known(1));
        assertThat(ThrottleFlag.FREQUENCY_CAPPED.now(word)).isEqualTo(Reading.known(0));
        assertThat(ThrottleFlag.THROTTLED.now(word)).isEqualTo(Reading.known(1));
        assertThat(ThrottleFlag.THROTTLED.occurred(word)).isEqualTo(Reading.known(1));
        assertThat(ThrottleFlag.SOFT_TEMPERATURE_LIMIT.occurred(word)).isEqualTo(Reading.known(0));
        assertThat(PiFirmware.volts("volt=0.8625V")).isEqualTo(Reading.known(0.8625));
    }

    /** What vcgencmd, a shell and Pi4J say instead. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "VCHI initialization failed",
                "Can't open device file: /dev/vcio",
                "error=1 error_msg=\"Command not registered\"",
                "throttled=0x",
                "volt=0.0000V",
                "IOException: error=2, No such file or directory"
            })
    void anyOtherTextIsUnknownThoughPi4jMakesItZero(String told) {
        BoardReading trusting = new BoardReading("", "", told, "", told, "", told);
        assertThat(trusting.getThrottledStateAsInt()).isZero();
        assertThat(trusting.getVoltValue()).isZero();

        assertThat(PiFirmware.flags(told).isKnown()).isFalse();
        assertThat(PiFirmware.volts(told).isKnown()).isFalse();
        assertThat(PiFirmware.volts(told).unknownBecause()).startsWith("the firmware does not answer");
    }

    @Test
    void whereThereIsNobodyToAskNoProgramIsStarted() {
        Firmware none = PiFirmware.ofThisMachine(false);

        assertThat(none.flags().unknownBecause()).isEqualTo("this machine is no Raspberry Pi");
        assertThat(none.coreVolts().isKnown()).isFalse();
    }
}
