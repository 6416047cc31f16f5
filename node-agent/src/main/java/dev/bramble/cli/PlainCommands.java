package dev.bramble.cli;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.model.Version;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands that ask no bramble anything. */
final class PlainCommands {
    private PlainCommands() {}

    @Command(name = "version", description = "Show the version of this program.")
    static final class ShowVersion implements Callable<Integer> {
        @Option(names = "--json", description = "Print it as JSON.")
        private boolean json;

        private final TopCommand top;

        ShowVersion(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            String java = Runtime.version().toString();
            top.out()
                    .line(
                            json
                                    ? Json.pretty(Json.object()
                                            .put("version", Version.current().text())
                                            .put("java", java))
                                    : "bramble " + Version.current() + " (Java " + java + ")");
            return ExitCode.DONE.number();
        }
    }

    /** The shells that can complete. */
    enum Shell {
        bash,
        zsh
    }

    @Command(
            name = "completion",
            description = "Print a script that completes commands and options in your shell.",
            footerHeading = "%nIn ~/.bashrc or ~/.zshrc:%n",
            footer = {"  source <(bramble completion bash)", "  source <(bramble completion zsh)"})
    static final class Completion implements Callable<Integer> {
        @Parameters(
                paramLabel = "SHELL",
                defaultValue = "bash",
                description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
        private Shell shell;

        @Spec
        private CommandSpec spec;

        private final TopCommand top;

        Completion(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            String script = AutoComplete.bash("bramble", spec.root().commandLine());
            if (shell == Shell.zsh) {
                top.out().line("autoload -Uz compinit bashcompinit && compinit && bashcompinit");
            }
            top.out().line(script);
            return ExitCode.DONE.number();
        }
    }

    @Command(
            name = "test",
            description = "All checks of the project; only from a clone: ./bramble test [--all].",
            footerHeading = "%n",
            footer = "The launcher in the clone does this: it sets up what is missing, then runs 'mvn verify'.")
    static final class Test implements Callable<Integer> {
        @Override
        public Integer call() {
            throw new Failure(ExitCode.USAGE, "the project's checks run from a clone of it: ./bramble test");
        }
    }
}
