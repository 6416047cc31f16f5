package dev.bramble.cli;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Screen;
import dev.bramble.cli.console.Style;
import dev.bramble.control.jobfile.Suggestion;
import dev.bramble.model.Version;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code bramble}. */
public final class Main {
    /** It writes down all the others. */
    private static final String COMPLETION = "completion";

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(Surroundings.ofProcess(), arguments));
    }

    /** @return the exit code */
    static int run(Surroundings around, String... arguments) {
        TopCommand top = new TopCommand(around);
        Map<String, Supplier<CommandLine>> verbs = verbs(top);
        // Reading the annotations of all of them takes a Pi two seconds; one is enough when it is known which.
        boolean isKnown = arguments.length > 0 && verbs.containsKey(arguments[0]) && !arguments[0].equals(COMPLETION);
        return commandLine(top, isKnown ? Map.of(arguments[0], verbs.get(arguments[0])) : verbs)
                .execute(arguments);
    }

    /** With every verb. */
    static CommandLine commandLine(Surroundings around) {
        TopCommand top = new TopCommand(around);
        return commandLine(top, verbs(top));
    }

    private static CommandLine commandLine(TopCommand top, Map<String, Supplier<CommandLine>> verbs) {
        CommandLine bramble = new CommandLine(top);
        verbs.forEach((name, verb) -> bramble.addSubcommand(name, verb.get()));
        return configured(bramble, top);
    }

    /** In the order of the help. */
    private static SequencedMap<String, Supplier<CommandLine>> verbs(TopCommand top) {
        Verbs verbs = new Verbs();
        verbs.add("submit", () -> new SubmitCommand(top));
        verbs.add("wait", () -> new WaitCommand(top));
        verbs.add("jobs", () -> new JobsCommand(top));
        verbs.add("job", () -> new JobCommand(top));
        verbs.add("tasks", () -> new TasksCommand(top));
        verbs.add("logs", () -> new LogsCommand(top));
        verbs.add("results", () -> new ResultsCommand(top));
        verbs.add("cancel", () -> new JobActions.Cancel(top));
        verbs.add("retry", () -> new JobActions.Retry(top));
        verbs.add("rm", () -> new JobActions.Remove(top));
        verbs.add("status", () -> new StatusCommand(top));
        verbs.add("nodes", () -> new NodesCommand(top));
        verbs.add("node", () -> new NodeCommand(top), new Verbs().add("adopt", () -> new NodeActions.Adopt(top)));
        verbs.add("events", () -> new EventsCommand(top));
        verbs.add("alerts", () -> new AlertsCommand(top));
        verbs.add("settings", () -> new SettingsCommand(top));
        verbs.add(
                "rack",
                RackCommand::new,
                new Verbs().add("show", () -> new RackCommand.Show(top)).add("set", () -> new RackCommand.Set(top)));
        verbs.add(
                "voters",
                () -> new VotersCommand(top),
                new Verbs()
                        .add("move", () -> new VotersCommand.Move(top))
                        .add("recover", () -> new VotersRecoverCommand(top)));
        verbs.add(
                "authority",
                AuthorityCommand::new,
                new Verbs()
                        .add("next", () -> new AuthorityCommand.Next(top))
                        .add("show", () -> new AuthorityCommand.Show(top))
                        .add("certify", () -> new AuthorityCommand.Certify(top)));
        verbs.add("cordon", () -> new NodeActions.Cordon(top));
        verbs.add("locate", () -> new NodeActions.Locate(top));
        verbs.add("uncordon", () -> new NodeActions.Uncordon(top));
        verbs.add("drain", () -> new DrainCommand(top));
        verbs.add("shutdown", () -> new ShutdownCommand(top));
        verbs.add("forget", () -> new NodeActions.Forget(top));
        verbs.add("enrolments", () -> new EnrolmentCommands.Enrolments(top));
        verbs.add("admit", () -> new EnrolmentCommands.Admit(top));
        verbs.add("refuse", () -> new EnrolmentCommands.Refuse(top));
        verbs.add(
                "token",
                TokenCommand::new,
                new Verbs()
                        .add("create", () -> new TokenCommand.Create(top))
                        .add("join", () -> new TokenCommand.Join(top))
                        .add("list", () -> new TokenCommand.ListTokens(top))
                        .add("revoke", () -> new TokenCommand.Revoke(top)));
        verbs.add(
                "user",
                UserCommand::new,
                new Verbs()
                        .add("add", () -> new UserCommand.Add(top))
                        .add("list", () -> new UserCommand.ListUsers(top))
                        .add("role", () -> new UserCommand.ChangeRole(top))
                        .add("password", () -> new UserCommand.SetPassword(top))
                        .add("disable", () -> new UserCommand.Disable(top))
                        .add("enable", () -> new UserCommand.Enable(top)));
        verbs.add("audit", () -> new AuditCommand(top));
        verbs.add("plan", () -> new PlanCommand(top));
        verbs.add("bench", () -> new BenchCommand(top));
        verbs.add("whoami", () -> new WhoamiCommand(top));
        verbs.add(
                "profile",
                ProfileCommand::new,
                new Verbs()
                        .add("add", () -> new ProfileCommand.Add(top))
                        .add("list", () -> new ProfileCommand.ListProfiles(top))
                        .add("use", () -> new ProfileCommand.Use(top))
                        .add("rm", () -> new ProfileCommand.Remove(top)));
        verbs.add("local", () -> new LocalCommand(top));
        verbs.add("demo", () -> new DemoCommand(top));
        verbs.add("agent", () -> new PartCommands.Agent(top));
        verbs.add("head", () -> new PartCommands.Head(top));
        verbs.add("found", () -> new PartCommands.Found(top));
        verbs.add(COMPLETION, () -> new PlainCommands.Completion(top));
        verbs.add("version", () -> new PlainCommands.ShowVersion(top));
        verbs.add("test", PlainCommands.Test::new);
        return verbs.byName;
    }

    /** Commands that are made when they are needed. */
    private static final class Verbs {
        private final SequencedMap<String, Supplier<CommandLine>> byName = new LinkedHashMap<>();

        Verbs add(String name, Supplier<Object> command) {
            return add(name, command, new Verbs());
        }

        Verbs add(String name, Supplier<Object> command, Verbs beneath) {
            byName.put(name, () -> {
                CommandLine line = new CommandLine(command.get());
                beneath.byName.forEach((word, verb) -> line.addSubcommand(word, verb.get()));
                return line;
            });
            return this;
        }
    }

    private static CommandLine configured(CommandLine bramble, TopCommand top) {
        Screen out = top.out();
        Screen err = top.err();
        Map<String, String> exitCodes = new LinkedHashMap<>();
        Arrays.stream(ExitCode.values()).forEach(code -> exitCodes.put("  " + code.number(), code.meaning()));
        bramble.getCommandSpec().usageMessage().exitCodeList(exitCodes);
        bramble.getCommandSpec().versionProvider(() -> new String[] {"bramble " + Version.current()});
        return bramble.setOut(new PrintWriter(out.stream(), true))
                .setErr(new PrintWriter(err.stream(), true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(out.hasColour() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.clamp(out.columns().getAsInt(), 80, 110))
                .setUsageHelpLongOptionsMaxWidth(26)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedSubcommandsAllowed(false)
                .setAllowSubcommandsAsOptionParameters(true)
                .setParameterExceptionHandler((e, arguments) -> wrongUsage(e, err))
                .setExecutionExceptionHandler((e, line, result) -> failed(e, top, result));
    }

    private static int wrongUsage(ParameterException e, Screen err) {
        CommandLine command = e.getCommandLine();
        Optional<String> unknown = unknownCommand(e);
        if (unknown.isPresent()) {
            complain(err, unknown.get());
            return ExitCode.USAGE.number();
        }
        complain(err, CleanText.lines(e.getMessage()));
        if (!UnmatchedArgumentException.printSuggestions(e, new PrintWriter(err.stream(), true))) {
            err.line("see '" + command.getCommandSpec().qualifiedName(" ") + " --help'");
        }
        return ExitCode.USAGE.number();
    }

    /** What picocli calls an unmatched argument is a word that is no command. */
    private static Optional<String> unknownCommand(ParameterException e) {
        CommandLine command = e.getCommandLine();
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || command.getSubcommands().isEmpty()
                || unmatched.getUnmatched().getFirst().startsWith("-")) {
            return Optional.empty();
        }
        String word = unmatched.getUnmatched().getFirst();
        String name = command.getCommandSpec().qualifiedName(" ");
        return Optional.of("there is no command '" + CleanText.line(word) + "'"
                + Suggestion.nearest(word, command.getSubcommands().keySet())
                        .map(meant -> ": did you mean '" + meant + "'?")
                        .orElse(": '" + name + " --help' lists them"));
    }

    private static int failed(Exception e, TopCommand top, ParseResult result) {
        Screen err = top.err();
        ExitCode code = ExitCode.INTERNAL;
        switch (e) {
            case ParameterException wrong -> {
                return wrongUsage(wrong, err);
            }
            case Failure failure -> {
                code = failure.code();
                complain(err, failure.getMessage());
                failure.problems().stream()
                        .map(problem -> CleanText.line(problem.toString()))
                        // Of a single mistake the sentence says all.
                        .filter(problem -> !problem.equals(failure.getMessage()))
                        .forEach(problem -> err.line("  " + problem));
            }
            default ->
                complain(
                        err,
                        "a fault in Bramble itself (" + CleanText.line(String.valueOf(e)) + "): please report it; "
                                + "--debug shows where");
        }
        if (top.debug()) {
            e.printStackTrace(err.stream());
        }
        return code.number();
    }

    private static void complain(Screen err, String sentence) {
        err.line(err.styled(Style.BAD, "bramble:") + " " + sentence);
    }
}
