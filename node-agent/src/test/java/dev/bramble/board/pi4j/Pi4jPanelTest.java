package dev.bramble.board.pi4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.pi4j.Pi4J;
import com.pi4j.boardinfo.util.BoardInfoHelper;
import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalInputProvider;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutput;
import com.pi4j.plugin.mock.provider.gpio.digital.MockDigitalOutputProvider;
import dev.bramble.board.panel.FanRule;
import dev.bramble.board.panel.Lamp;
import dev.bramble.board.panel.Light;
import dev.bramble.board.panel.Panel;
import dev.bramble.board.panel.Wiring;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every line, against Pi4J's mock. */
class Pi4jPanelTest {
    @TempDir
    Path root;

    private final Context context = Pi4J.newContextBuilder()
            .noAutoDetect()
            .disableShutdownHook()
            .add(MockDigitalOutputProvider.newInstance(), MockDigitalInputProvider.newInstance())
            .build();

    private final Map<String, MockDigitalOutput> outputs = new HashMap<>();

    @AfterEach
    void close() {
        context.shutdown();
        BoardInfoHelper.reinitialize();
    }

    /** Also of a line that was given back. */
    private DigitalState state(String id) {
        return output(id).state();
    }

    private int line(String id) {
        return output(id).getAddress();
    }

    private MockDigitalOutput output(String id) {
        return outputs.computeIfAbsent(id, name -> context.getIO("bramble-" + name));
    }

    private MockDigitalInput button() {
        return context.getIO("bramble-button");
    }

    private Pi4jPanel panel(Wiring wiring) {
        return new Pi4jPanel(context, wiring, false);
    }

    private static Optional<Wiring.Line> at(int number, boolean activeHigh) {
        return Optional.of(new Wiring.Line(number, activeHigh, Wiring.Pull.NONE));
    }

    private static Wiring inverted() {
        return new Wiring(
                Optional.of("gpiochip1"), at(1, true), at(2, false), at(4, false), at(5, true), FanRule.STANDARD);
    }

    @Test
    void linesAreTakenInAStateThatHarmsNothing() {
        Panel panel = panel(Wiring.STANDARD);
        assertThat(line("fan")).isEqualTo(18);
        assertThat(state("fan")).as("low: full speed").isEqualTo(DigitalState.LOW);
        assertThat(state("red")).isEqualTo(DigitalState.LOW);
        assertThat(state("green")).isEqualTo(DigitalState.LOW);
        assertThat(panel.missing()).isEmpty();
        assertThat(panel.report(Light.WORKING, 100).light()).isEqualTo("slow green – working");
    }

    @Test
    void lightDrivesItsTwoColours() {
        Panel panel = panel(Wiring.STANDARD);
        panel.light(Lamp.RED);
        assertThat(state("red")).isEqualTo(DigitalState.HIGH);
        assertThat(state("green")).isEqualTo(DigitalState.LOW);
        panel.light(Lamp.AMBER);
        assertThat(state("red")).isEqualTo(DigitalState.HIGH);
        assertThat(state("green")).isEqualTo(DigitalState.HIGH);
        panel.light(Lamp.GREEN);
        assertThat(state("red")).isEqualTo(DigitalState.LOW);
        assertThat(state("green")).isEqualTo(DigitalState.HIGH);
        panel.light(Lamp.DARK);
        assertThat(state("green")).isEqualTo(DigitalState.LOW);
    }

    @Test
    void fanIsHeldBackByAHighLineAndLetGoAtTheEnd() throws InterruptedException {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch driven = new CountDownLatch(1);
        Pi4jPanel panel = panel(Wiring.STANDARD);
        output("fan").addListener(event -> (event.state() == DigitalState.HIGH ? held : driven).countDown());
        panel.fan(0);
        held.await();
        assertThat(state("fan")).isEqualTo(DigitalState.HIGH);
        panel.fan(100);
        driven.await();
        assertThat(state("fan")).isEqualTo(DigitalState.LOW);
        panel.fan(0);
        panel.close();
        assertThat(state("fan")).as("low again: full speed").isEqualTo(DigitalState.LOW);
    }

    @Test
    void shareOfTheSpeedIsAShareOfTheTime() throws InterruptedException {
        assertThat(SlowPwm.driven(40)).isEqualTo(Duration.ofMillis(8));
        CountDownLatch pulses = new CountDownLatch(10);
        Pi4jPanel panel = panel(Wiring.STANDARD);
        output("fan").addListener(event -> pulses.countDown());
        panel.fan(50);
        pulses.await();
        panel.close();
        assertThat(state("fan")).isEqualTo(DigitalState.LOW);
    }

    @Test
    void fanTurnsAtFullSpeedWhenWhoeverDecidesHangs() {
        long[] now = {0};
        try (SlowPwm pwm = new SlowPwm(full -> {}, () -> now[0])) {
            pwm.set(0);
            now[0] += SlowPwm.SAID_COUNTS.toNanos() - 1;
            assertThat(pwm.percent()).isZero();
            now[0] += 1;
            assertThat(pwm.percent()).isEqualTo(100);
            pwm.set(30);
            assertThat(pwm.percent()).isEqualTo(30);
        }
    }

    @Test
    void buttonIsPressedWhileItsLineIsLowAndSaysWhenItMoves() {
        AtomicInteger moves = new AtomicInteger();
        Panel panel = panel(Wiring.STANDARD);
        panel.onButton(moves::incrementAndGet);
        button().mockState(DigitalState.HIGH);
        assertThat(panel.isPressed()).isFalse();
        int before = moves.get();
        button().mockState(DigitalState.LOW);
        assertThat(panel.isPressed()).isTrue();
        assertThat(moves.get()).isGreaterThan(before);
        button().mockState(DigitalState.HIGH);
        assertThat(panel.isPressed()).isFalse();
    }

    @Test
    void polarityAndLinesAreAsTheyAreWired() {
        Panel panel = panel(inverted());
        assertThat(line("fan")).isEqualTo(1);
        assertThat(state("fan")).isEqualTo(DigitalState.HIGH);
        assertThat(state("red")).as("dark").isEqualTo(DigitalState.HIGH);
        panel.light(Lamp.RED);
        assertThat(state("red")).isEqualTo(DigitalState.LOW);
        button().mockState(DigitalState.HIGH);
        assertThat(panel.isPressed()).isTrue();
        panel.close();
        assertThat(state("red")).isEqualTo(DigitalState.HIGH);
        assertThat(state("fan")).isEqualTo(DigitalState.HIGH);
    }

    @Test
    void lightOfOneColourShowsEveryRhythmInIt() {
        Panel panel = panel(new Wiring(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                at(24, true),
                Optional.empty(),
                FanRule.STANDARD));
        panel.light(Lamp.RED);
        assertThat(state("green")).isEqualTo(DigitalState.HIGH);
        panel.light(Lamp.DARK);
        assertThat(state("green")).isEqualTo(DigitalState.LOW);
        assertThat(panel.hasFan()).isFalse();
        assertThat(panel.missing()).contains("no fan: it is none", "no button: it is none");
    }

    @Test
    void lineThatCannotBeTakenCostsItsPartAlone() {
        Context outputsOnly = Pi4J.newContextBuilder()
                .noAutoDetect()
                .disableShutdownHook()
                .add(MockDigitalOutputProvider.newInstance())
                .build();
        Panel panel = new Pi4jPanel(outputsOnly, Wiring.STANDARD, false);
        assertThat(panel.hasButton()).isFalse();
        assertThat(panel.hasLight()).isTrue();
        assertThat(panel.hasFan()).isTrue();
        assertThat(panel.missing()).contains("no button: GPIO line 25 cannot be used");
        panel.close();
    }

    @Test
    void kernelThatKeepsLinesDrivenGetsNoFanToHoldBack() {
        Panel panel = new Pi4jPanel(context, Wiring.STANDARD, true);
        assertThat(panel.hasFan()).isFalse();
        assertThat(panel.missing()).contains("persist_gpio_outputs=0");
        assertThat(context.hasIO("bramble-fan")).isFalse();
        assertThat(panel.hasLight()).isTrue();
    }

    @Test
    void machineWithoutGpioSaysSo() throws IOException {
        Files.createDirectories(root.resolve("dev"));
        Panel none = Pi4jPanel.open(Wiring.STANDARD, root);
        assertThat(none.hasLight() || none.hasFan() || none.hasButton()).isFalse();
        assertThat(none.missing()).startsWith("no light, fan or button: this machine has no GPIO");
        Files.createFile(root.resolve("dev/gpiochip0"));
        assertThat(Pi4jPanel.open(Wiring.STANDARD, root).missing())
                .startsWith("no light, fan or button: this is no Raspberry Pi");
        Wiring other = new Wiring(
                Optional.of("gpiochip9999"), at(1, true), at(2, true), at(3, true), at(4, true), FanRule.STANDARD);
        assertThat(Pi4jPanel.open(other, root).missing())
                .as("a chip that no machine has")
                .startsWith("no light, fan or button: GPIO does not answer");
    }
}
