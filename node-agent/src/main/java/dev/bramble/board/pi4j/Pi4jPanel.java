package dev.bramble.board.pi4j;

import com.pi4j.Pi4J;
import com.pi4j.boardinfo.definition.BoardModel;
import com.pi4j.boardinfo.util.BoardInfoHelper;
import com.pi4j.context.Context;
import com.pi4j.io.gpio.digital.DigitalInput;
import com.pi4j.io.gpio.digital.DigitalInputConfigBuilder;
import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalOutputConfigBuilder;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.gpio.digital.PullResistance;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalInputProvider;
import com.pi4j.plugin.gpiod.provider.gpio.digital.GpioDDigitalOutputProvider;
import dev.bramble.board.panel.Lamp;
import dev.bramble.board.panel.NoPanel;
import dev.bramble.board.panel.Panel;
import dev.bramble.board.panel.Wiring;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Light, fan and button on GPIO lines. Each line is asked for alone: one that another program holds costs its part of
 * the panel, and no more. When this process ends in any way, the kernel takes the lines back and they fall to what
 * pulls them: the fan turns at full speed, the light is dark.
 */
public final class Pi4jPanel implements Panel {
    /** Where the kernel says whether it leaves a line driven that nobody holds any more. */
    private static final Path KEEPS_OUTPUTS = Path.of("sys/module/pinctrl_bcm2835/parameters/persist_gpio_outputs");

    private final Context context;
    private final Wiring wiring;
    private final List<String> missing = new ArrayList<>();
    private final Optional<DigitalOutput> red;
    private final Optional<DigitalOutput> green;
    private final Optional<SlowPwm> fan;
    private final Optional<DigitalInput> button;
    private Lamp lamp;

    /**
     * Takes the lines.
     *
     * @param root of /dev and /sys, {@code /} in production
     * @return what there is; a {@link NoPanel} that says why where there is nothing
     */
    public static Panel open(Wiring wiring, Path root) {
        String nothing = "no light, fan or button: ";
        if (!hasChip(root)) {
            return new NoPanel(nothing + "this machine has no GPIO (/dev/gpiochip*)");
        }
        try {
            if (wiring.chip().isEmpty() && !isPi(root)) {
                return new NoPanel(nothing + "this is no Raspberry Pi; `panel:` in agent.yaml may name chip and lines");
            }
            if (BoardInfoHelper.current().getBoardModel() == BoardModel.UNKNOWN) {
                // Who names a chip knows the board better than Pi4J, which would not touch it.
                BoardInfoHelper.current().setBoardModel(BoardModel.GENERIC);
            }
            var builder = Pi4J.newContextBuilder()
                    .noAutoDetect()
                    .disableShutdownHook()
                    .add(GpioDDigitalOutputProvider.newInstance(), GpioDDigitalInputProvider.newInstance());
            wiring.chip().ifPresent(builder::setGpioChipName);
            return new Pi4jPanel(builder.build(), wiring, keepsOutputs(root));
        } catch (RuntimeException | LinkageError failure) {
            return new NoPanel(nothing + "GPIO does not answer: " + reason(failure));
        }
    }

    private static boolean hasChip(Path root) {
        try (DirectoryStream<Path> chips = Files.newDirectoryStream(root.resolve("dev"), "gpiochip*")) {
            return chips.iterator().hasNext();
        } catch (IOException noFolder) {
            return false;
        }
    }

    /** Of others the lines mean something else: none is touched that nobody named. */
    private static boolean isPi(Path root) {
        try {
            return Files.readString(root.resolve("proc/device-tree/model")).contains("Raspberry Pi");
        } catch (IOException untold) {
            return false;
        }
    }

    private static boolean keepsOutputs(Path root) {
        try {
            return Files.readString(root.resolve(KEEPS_OUTPUTS)).strip().equals("Y");
        } catch (IOException unsaid) {
            return false;
        }
    }

    /** @param keepsOutputs whether a line stays as it was when this process dies: then no fan is ever held back */
    Pi4jPanel(Context context, Wiring wiring, boolean keepsOutputs) {
        this.context = context;
        this.wiring = wiring;
        this.red = wiring.red().flatMap(line -> taken("red light", line, each -> output("red", each, false)));
        this.green = wiring.green().flatMap(line -> taken("green light", line, each -> output("green", each, false)));
        if (keepsOutputs && wiring.fan().isPresent()) {
            missing.add("no fan that could be slowed: this kernel leaves its line as it was when the agent dies, unless"
                    + " it is booted with pinctrl_bcm2835.persist_gpio_outputs=0");
            this.fan = Optional.empty();
        } else {
            this.fan = wiring.fan()
                    .flatMap(line -> taken("fan", line, each -> output("fan", each, true))
                            .map(output -> new SlowPwm(full -> output.state(state(line, full)), System::nanoTime)));
        }
        this.button = wiring.button().flatMap(line -> taken("button", line, this::input));
        if (red.isEmpty()
                && green.isEmpty()
                && wiring.red().isEmpty()
                && wiring.green().isEmpty()) {
            missing.add("no light: it is none in agent.yaml");
        }
        if (wiring.fan().isEmpty()) {
            missing.add("no fan: it is none in agent.yaml");
        }
        if (wiring.button().isEmpty()) {
            missing.add("no button: it is none in agent.yaml");
        }
    }

    private <T> Optional<T> taken(String part, Wiring.Line line, Function<Wiring.Line, T> taker) {
        try {
            return Optional.of(taker.apply(line));
        } catch (RuntimeException | LinkageError failure) {
            missing.add("no " + part + ": GPIO line " + line.number() + " cannot be used: " + reason(failure));
            return Optional.empty();
        }
    }

    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage();
    }

    private DigitalOutput output(String id, Wiring.Line line, boolean active) {
        return context.create(DigitalOutputConfigBuilder.newInstance(context)
                .id("bramble-" + id)
                .address(line.number())
                .initial(state(line, active))
                .shutdown(state(line, active))
                .build());
    }

    private DigitalInput input(Wiring.Line line) {
        // Bouncing is told from pressing elsewhere, for all kinds of panels alike.
        return context.create(DigitalInputConfigBuilder.newInstance(context)
                .id("bramble-button")
                .address(line.number())
                .pull(pull(line.pull()))
                .debounce(0L)
                .build());
    }

    private static PullResistance pull(Wiring.Pull pull) {
        return switch (pull) {
            case UP -> PullResistance.PULL_UP;
            case DOWN -> PullResistance.PULL_DOWN;
            case NONE -> PullResistance.OFF;
        };
    }

    private static DigitalState state(Wiring.Line line, boolean active) {
        return active == line.activeHigh() ? DigitalState.HIGH : DigitalState.LOW;
    }

    @Override
    public boolean hasLight() {
        return red.isPresent() || green.isPresent();
    }

    @Override
    public boolean hasFan() {
        return fan.isPresent();
    }

    @Override
    public boolean hasButton() {
        return button.isPresent();
    }

    @Override
    public String missing() {
        return String.join("; ", missing);
    }

    @Override
    public boolean isSimulated() {
        return false;
    }

    @Override
    public void light(Lamp next) {
        if (next == lamp) {
            return;
        }
        // With one colour alone the rhythm says all.
        boolean isLit = next != Lamp.DARK;
        red.ifPresent(line -> line.state(state(wiring.red().orElseThrow(), next.red() || isLit && green.isEmpty())));
        green.ifPresent(
                line -> line.state(state(wiring.green().orElseThrow(), next.green() || isLit && red.isEmpty())));
        lamp = next;
    }

    @Override
    public void fan(int percent) {
        fan.ifPresent(line -> line.set(percent));
    }

    @Override
    public boolean isPressed() {
        return button.filter(line -> line.state() == state(wiring.button().orElseThrow(), true))
                .isPresent();
    }

    @Override
    public void onButton(Runnable moved) {
        button.ifPresent(line -> line.addListener(event -> moved.run()));
    }

    @Override
    public void close() {
        fan.ifPresent(SlowPwm::close);
        light(Lamp.DARK);
        context.shutdown();
    }
}
