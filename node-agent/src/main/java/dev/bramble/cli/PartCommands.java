package dev.bramble.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The parts of Bramble that run until they are told to stop, in the foreground, as systemd wants it. */
abstract sealed class PartCommands implements Callable<Integer> {
    @Parameters(paramLabel = "CONFIG", arity = "1..*", description = "Its configuration file.")
    private List<String> arguments = new ArrayList<>();

    private final TopCommand top;
    private final AgentLauncher.Part part;

    PartCommands(TopCommand top, AgentLauncher.Part part) {
        this.top = top;
        this.part = part;
    }

    @Override
    public final Integer call() {
        return top.around().launcher().launch(part, arguments);
    }

    @Command(name = "agent", description = "Run the agent of this node, in the foreground (systemd does this).")
    static final class Agent extends PartCommands {
        Agent(TopCommand top) {
            super(top, AgentLauncher.Part.AGENT);
        }
    }

    @Command(name = "head", description = "Run the dashboard of this head, in the foreground (systemd does this).")
    static final class Head extends PartCommands {
        Head(TopCommand top) {
            super(top, AgentLauncher.Part.HEAD);
        }
    }

    @Command(
            name = "found",
            description = "Run the agent whose configuration says 'found: true': it makes the ledger, once.")
    static final class Found extends PartCommands {
        Found(TopCommand top) {
            super(top, AgentLauncher.Part.FOUND);
        }
    }
}
