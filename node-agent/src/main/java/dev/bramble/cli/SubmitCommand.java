package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.ProgressLine;
import dev.bramble.cli.submit.JobInput;
import dev.bramble.cli.submit.Uploads;
import dev.bramble.control.jobfile.JobFields;
import dev.bramble.control.jobfile.json.JsonTree;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "submit",
        customSynopsis = {"bramble submit JOB.YAML [OPTIONS]", "       bramble submit [OPTIONS] -- COMMAND [ARGUMENT…]"
        },
        sortOptions = false,
        description = {
            "Submit a job: a command that runs once for each task, on whichever nodes are free.",
            "",
            "A job file has the fields below as keys; a flag replaces the file's field. Names of files are relative"
                    + " to the job file, without one to the current folder.",
            ""
        },
        optionListHeading = "%nFields and options:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble submit job.yaml --wait --output out/",
            "  bramble submit --count 100 -- python3 -c 'print({index})'",
            "  bramble submit --ship train.py --grid lr=0.1,0.01 --grid depth=2,4,8 \\",
            "      --wait -- python3 train.py --lr {lr} --depth {depth}",
            "  bramble submit --each 'photos/*.jpg' --outputs small.jpg -- convert {file} -resize 25%% small.jpg",
            "  bramble submit --lines urls.txt -- curl -sf {line}",
            "",
            "In a job file:",
            "  name: sweep",
            "  command: [python3, train.py, --lr, \"{lr}\", --depth, \"{depth}\"]",
            "  ship: [train.py, digits.csv]",
            "  tasks: {grid: {lr: [0.1, 0.01], depth: [2, 4, 8]}}",
            "                  # or {count: 100}, {lines: rows.txt}, {each: \"photos/*.jpg\"}",
            "  needs: {cpus: 1, memory: 512M}",
            "  outputs: [model.bin]",
            "  reduce: [python3, best.py]",
            "",
            "A task reads BRAMBLE_INPUT: its index, its parameters as JSON, its line or the path of its file; the",
            "parameters, the line or the file are its stdin too. A reduce finds the results in the folder",
            "BRAMBLE_INPUT."
        })
final class SubmitCommand implements Callable<Integer> {
    private static final String SEPARATOR = "--";

    @Parameters(
            paramLabel = "JOB.YAML",
            arity = "0..*",
            hidden = true,
            description = "The job file (- reads stdin), or after -- the command.")
    private List<String> words = List.of();

    @Mixin
    private JobOptions job = new JobOptions();

    @Option(names = "--wait", description = "Watch the job until it ends; the exit code says how.")
    private boolean wait;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "DIR",
            description = "Wait, then fetch the results into this folder.")
    private Path output;

    @Option(names = "--dry-run", description = "Only check the job here and show what would be submitted.")
    private boolean dryRun;

    @Option(
            names = "--idempotency-key",
            paramLabel = "KEY",
            description = "For scripts that submit again after a break: the same key and job within 24 h make one job.")
    private String key;

    @Option(names = "--json", description = "Print the answer as JSON; with --wait the job as it ended.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final TopCommand top;

    SubmitCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        List<String> command = afterSeparator();
        JobInput input = read(words.subList(0, words.size() - command.size()), command);
        if (dryRun) {
            show(input);
            return ExitCode.DONE.number();
        }
        boolean watches = wait || output != null;
        ProgressLine line = top.progress();
        try (Conversation bramble = top.connect(watches ? Patience.LONG : Patience.PROMPT, line)) {
            Uploads.Sent sent = new Uploads(bramble, line, top.pace()).send(input.uploads(), input.sizes());
            if (sent.files() > 0) {
                top.err().line("uploaded " + Human.count(sent.files(), "file") + ", " + Human.size(sent.bytes()));
            }
            JsonNode answer = bramble.writeOnce("POST", "/jobs", body(input), key());
            String number = answer.path("job").asString("");
            if (!watches) {
                top.out().line(json ? Json.pretty(answer) : number);
                top.err().line("job " + number + " is accepted; watch it with: bramble wait " + number);
                return ExitCode.DONE.number();
            }
            top.err()
                    .line("job " + number + " (" + input.spec().name() + ") is accepted: "
                            + Human.count(input.spec().tasks().count(), "task"));
            return WaitCommand.waitFor(top, bramble, line, number, output, json).number();
        }
    }

    /** The words after {@code --}: picocli puts them among the others. */
    private List<String> afterSeparator() {
        List<String> original = spec.commandLine().getParseResult().originalArgs();
        int separator = original.indexOf(SEPARATOR);
        return separator < 0 ? List.of() : List.copyOf(original.subList(separator + 1, original.size()));
    }

    private JobInput read(List<String> files, List<String> command) {
        boolean separated = spec.commandLine().getParseResult().originalArgs().contains(SEPARATOR);
        if (files.size() > 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "one job file at a time; to run a command write -- before it: bramble submit … -- "
                            + String.join(" ", files));
        }
        if (files.isEmpty() && !separated) {
            throw new ParameterException(
                    spec.commandLine(), "name a job file, or write -- and the command: bramble submit … -- echo hi");
        }
        return files.isEmpty()
                ? JobInput.ofFlags(top.around().folder(), problems -> job.flags(problems, command))
                : JobInput.ofFile(
                        top.around().folder(),
                        files.getFirst(),
                        top.around().stdin(),
                        problems -> job.flags(problems, command));
    }

    private static JsonNode body(JobInput input) {
        ObjectNode body = (ObjectNode) Json.parse(JsonTree.write(JobFields.of(input.spec())));
        input.instant().ifPresent(instant -> body.put("deadline", instant.toString()));
        return body;
    }

    /** A key of our own makes trying again harmless even when the user has none. */
    private String key() {
        if (key != null) {
            if (key.isBlank() || key.length() > 128) {
                throw new Failure(ExitCode.USAGE, "--idempotency-key must have 1 to 128 characters");
            }
            return key;
        }
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private void show(JobInput input) {
        if (json) {
            top.out().line(Json.pretty(body(input)));
            return;
        }
        long bytes = input.sizes().values().stream().mapToLong(Long::longValue).sum();
        Facts facts = new Facts(top.out());
        facts.add("name", input.spec().name());
        facts.add(
                "tasks",
                Human.count(input.spec().tasks().count(), "task")
                        + (input.spec().reduce().isPresent() ? " and a reduce" : ""));
        facts.add("first task", String.join(" ", JobInput.firstCommand(input.spec())));
        facts.add("files", Human.count(input.uploads().size(), "file") + ", " + Human.size(bytes));
        facts.print();
        top.err().line("nothing was submitted; --json shows every field");
    }
}
