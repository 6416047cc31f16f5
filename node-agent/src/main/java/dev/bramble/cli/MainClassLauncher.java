package dev.bramble.cli;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.local.LocalOptions;
import java.lang.reflect.InvocationTargetException;
import java.util.List;

/**
 * Calls the part's main class by name: the dashboard is another module, which stands on this one and is on the class
 * path of an installation only.
 */
final class MainClassLauncher implements AgentLauncher {
    static final String AGENT_MAIN = "dev.bramble.agent.Main";
    static final String HEAD_MAIN = "dev.bramble.dashboard.Main";

    /** How the children of a local bramble are run. */
    static LocalOptions.Program program() {
        return LocalOptions.Program.ofThisProcess(AGENT_MAIN, HEAD_MAIN);
    }

    @Override
    public int launch(Part part, List<String> arguments) {
        String main = switch (part) {
            case AGENT -> AGENT_MAIN;
            case HEAD -> HEAD_MAIN;
            // The same program: its configuration says "found: true".
            case FOUND -> AGENT_MAIN;
        };
        try {
            Class.forName(main).getMethod("main", String[].class).invoke(null, (Object)
                    arguments.toArray(String[]::new));
            return ExitCode.DONE.number();
        } catch (ClassNotFoundException missing) {
            throw new Failure(ExitCode.INTERNAL, "this installation has no " + main + ": build Bramble again", missing);
        } catch (InvocationTargetException e) {
            throw new Failure(ExitCode.INTERNAL, main + " failed: " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new Failure(ExitCode.INTERNAL, main + " cannot be started: " + e.getMessage(), e);
        }
    }
}
