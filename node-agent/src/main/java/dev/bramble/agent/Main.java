package dev.bramble.agent;

import dev.bramble.board.Watcher;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Runs an agent: {@code java … dev.bramble.agent.Main agent.yaml}. Ends with 0 after a stop, 64 when it can never run
 * as it is configured (the sentence on stderr says why), 70 when something broke. As a simulated board it ends with 75
 * when it reboots and with 76 when it powers off. Several files make that many simulated boards of one process, see
 * {@link ManyBoards}.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        Logging.start();
        if (arguments.length > 1) {
            ManyBoards.run(arguments);
        } else {
            MemberProcess.run(arguments, "dev.bramble.agent.Main AGENT.YAML [AGENT.YAML …]", Main::run);
        }
    }

    private static AutoCloseable run(Path configFile) throws IOException {
        MemberConfig config = ConfigFile.read(configFile);
        MemberProcess.lock(config.dir());
        if (config.stopAtStdinEnd()) {
            MemberProcess.stopAtStdinEnd();
        }
        Watcher watcher = Boards.watcher();
        BoardFront front = Boards.frontOf(config);
        NodeAgent agent = NodeAgent.start(
                config,
                Boards.of(config),
                Boards.powerOf(config),
                front,
                watcher,
                MemberProcess::refused,
                MemberProcess::failed);
        return () -> {
            watcher.stopping();
            agent.close();
            front.close();
        };
    }
}
