package dev.bramble.agent;

import dev.bramble.board.Board;
import dev.bramble.board.BoardPower;
import dev.bramble.board.SimBoard;
import dev.bramble.board.SimBoardPower;
import dev.bramble.board.Watcher;
import dev.bramble.board.linux.LinuxBoard;
import dev.bramble.board.linux.SystemdWatcher;
import dev.bramble.board.panel.FanRule;
import dev.bramble.board.panel.NoPanel;
import dev.bramble.board.panel.Panel;
import dev.bramble.board.panel.SimPanel;
import dev.bramble.board.panel.Wiring;
import dev.bramble.board.pi4j.Pi4jPanel;
import dev.bramble.board.pi4j.PiFirmware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Chooses the board that a configuration asks for. */
final class Boards {
    private static final int STAND_IN_BYTES = 6;

    private Boards() {}

    static Board of(MemberConfig config) throws IOException {
        String standIn = standInSerial(config.dir());
        return config.simulatedBoard()
                ? simulated(config, standIn, "boot-" + ProcessHandle.current().pid())
                : LinuxBoard.ofThisMachine(
                        config.dir(), standIn, PiFirmware.ofThisMachine(LinuxBoard.isPi(Path.of("/"))));
    }

    /** A simulated board in the life that {@code bootId} names. */
    static Board simulated(MemberConfig config, String bootId) throws IOException {
        return simulated(config, standInSerial(config.dir()), bootId);
    }

    private static Board simulated(MemberConfig config, String serial, String bootId) {
        return new SimBoard(
                serial,
                bootId,
                config.plays().isPresent(),
                new PlayFile(config.dir(), config.plays()),
                System::nanoTime);
    }

    /** The power of that board; a simulated one in a container may have a command that restarts the container. */
    static BoardPower powerOf(MemberConfig config) {
        return config.powerCommand().isEmpty()
                ? new SimBoardPower(MemberProcess::power)
                : new CommandBoardPower(config.powerCommand(), CommandBoardPower.LONGEST);
    }

    /** Its light, fan and button, looked after from now on. */
    static BoardFront frontOf(MemberConfig config) {
        return frontOf(config, Thread.ofPlatform().daemon());
    }

    /** @param thread what kind of thread looks after it */
    static BoardFront frontOf(MemberConfig config, Thread.Builder thread) {
        Panel panel = config.panel()
                .map(wiring -> config.simulatedBoard() ? simulated(config) : Pi4jPanel.open(wiring, Path.of("/")))
                .orElseGet(() -> new NoPanel("no light, fan or button: `panel` is none in agent.yaml"));
        FanRule rule = config.panel().map(Wiring::fanRule).orElse(FanRule.STANDARD);
        return BoardFront.start(panel, rule, thread);
    }

    private static Panel simulated(MemberConfig config) {
        SimPanel panel = new SimPanel();
        TouchedButton.watch(config.dir(), panel);
        return panel;
    }

    /** Whoever watches over this process. */
    static Watcher watcher() {
        return SystemdWatcher.of(System.getenv(), ProcessHandle.current().pid());
    }

    /** An id that stands in for a board's serial number where there is none: made once, kept in the node's folder. */
    private static String standInSerial(Path dir) throws IOException {
        Path file = dir.resolve("board-id");
        if (!Files.exists(file)) {
            byte[] id = new byte[STAND_IN_BYTES];
            new SecureRandom().nextBytes(id);
            KeptFile.write(file, "file-" + HexFormat.of().formatHex(id) + "\n");
        }
        return Files.readString(file).strip();
    }
}
