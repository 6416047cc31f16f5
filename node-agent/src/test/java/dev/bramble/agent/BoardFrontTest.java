package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.panel.FanRule;
import dev.bramble.board.panel.Lamp;
import dev.bramble.board.panel.Light;
import dev.bramble.board.panel.SimPanel;
import dev.bramble.model.ButtonPress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoardFrontTest {
    @TempDir
    Path folder;

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void panelShowsWhatItIsToldAndIsLetGoAtTheEnd() {
        SimPanel panel = new SimPanel();
        try (BoardFront front = BoardFront.start(panel, FanRule.STANDARD, Thread.ofVirtual())) {
            assertThat(front.words()).isEqualTo("starting");
            front.show(Light.SAFE);
            front.temperature(OptionalDouble.of(30));
            await(() -> panel.lamp() == Lamp.GREEN && panel.fanPercent() == 0);
            await(() -> front.report().orElseThrow().light().equals(Light.SAFE.words()));
        }
        assertThat(panel.lamp()).isEqualTo(Lamp.DARK);
        assertThat(panel.fanPercent()).isEqualTo(100);
    }

    @Test
    void fileInTheFolderOfASimulatedBoardPressesItsButton() throws Exception {
        SimPanel panel = new SimPanel();
        BlockingQueue<ButtonPress> presses = new LinkedBlockingQueue<>();
        try (BoardFront front = BoardFront.start(panel, FanRule.STANDARD, Thread.ofVirtual())) {
            front.onPress(presses::add);
            TouchedButton.watch(folder, panel);
            press("button", ButtonPress.SHORT, presses);
            assertThat(folder.resolve("button")).doesNotExist();
            press("button-twice", ButtonPress.DOUBLE, presses);
        }
    }

    /** Presses are told apart by fractions of a second, which a busy machine may miss: then it is done again. */
    private void press(String file, ButtonPress wanted, BlockingQueue<ButtonPress> presses) throws Exception {
        do {
            Files.createFile(folder.resolve(file));
        } while (presses.poll(10, TimeUnit.SECONDS) != wanted);
    }
}
