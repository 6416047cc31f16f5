package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Screen;
import dev.bramble.model.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@Command(
        name = "drain",
        description = {
            "Take nodes out of service: work ends or moves, then files, vote and leadership; nothing is lost.",
            "",
            "Shows first what it would do. When work would be done twice, or a deadline missed, it asks; without a"
                    + " terminal it then needs --yes. Then it watches until the nodes are safe to unplug. Ctrl-C only"
                    + " ends the watching. Exit codes: 0 drained, 6 refused or cancelled, 7 time is over and something"
                    + " is still missing.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble drain pi07 --reason 'new fan'",
            "  bramble drain pi07 --dry-run                       see what it would do",
            "  bramble drain pi05 pi06 pi07 --reason 'new kernel' --then reboot --max-out 1",
            "  bramble drain --cancel pi07                        go on working",
            "  bramble uncordon pi07                              back in service after it was drained"
        })
final class DrainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NODE", arity = "1..*", description = "Names or ids of the nodes.")
    private List<String> nodes;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for whoever looks at the nodes later.")
    private String reason;

    @Mixin
    private EndingOptions ending;

    @Option(
            names = "--then",
            paramLabel = "WHAT",
            completionCandidates = DrainOptions.Thens.class,
            description = "What follows: ${COMPLETION-CANDIDATES} (default: stay, until it is uncordoned).")
    private String then;

    @Option(names = "--max-out", paramLabel = "N", description = "Most nodes that are out at a time (default: 1).")
    private String maxOut;

    @Option(names = "--cancel", description = "Cancel the drains of these nodes.")
    private boolean cancel;

    @Option(names = "--dry-run", description = "Only say what it would do.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--detach", description = "Do not watch it.")
    private boolean detach;

    @Option(
            names = "--json",
            description = "Print JSON: what it would do with --dry-run, else the nodes as they are at the end.")
    private boolean json;

    private final TopCommand top;

    DrainCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        check();
        JsonNode ordered;
        long eventsBefore;
        try (Conversation bramble = top.connect()) {
            if (cancel) {
                return cancel(bramble).number();
            }
            previewed(bramble);
            if (dryRun) {
                return ExitCode.DONE.number();
            }
            eventsBefore = bramble.get("/events?limit=1").path("last").asLong();
            ordered = bramble.write("POST", "/drains", order()).path("items");
        }
        return (detach ? detached(ordered) : watched(ordered, eventsBefore)).number();
    }

    private void check() {
        List<Problem> problems = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        nodes.stream()
                .filter(node -> !seen.add(node))
                .distinct()
                .forEach(
                        node -> problems.add(new Problem(CleanText.line(node), "is named twice: name each node once")));
        if (cancel) {
            boolean hasMore =
                    reason != null || ending.isAnySaid() || then != null || maxOut != null || dryRun || detach;
            if (hasMore) {
                problems.add(new Problem("--cancel", "goes with nothing but names of nodes: leave the rest out"));
            }
        } else {
            DrainOptions.reason(reason, !dryRun, problems);
            ending.wish(then, maxOut).read(DrainOptions::flag, problems);
        }
        DrainOptions.refuse(problems);
    }

    private ExitCode cancel(Conversation bramble) {
        return OneByOne.act(top, "", nodes, node -> {
            bramble.write("DELETE", "/nodes/" + Conversation.escaped(node) + "/drain", null);
            return "the drain of " + CleanText.line(node) + " is cancelled: it goes on as before";
        });
    }

    private ObjectNode order() {
        ObjectNode order = Json.object();
        ArrayNode names = order.putArray("nodes");
        nodes.forEach(names::add);
        DrainOptions.put(order, ending.wish(then, maxOut));
        if (reason != null) {
            order.put("reason", reason.strip());
        }
        return order;
    }

    private void previewed(Conversation bramble) {
        JsonNode preview = bramble.write("POST", "/drains/preview", order());
        List<String> refusals = DrainText.texts(preview.path("refusals"));
        if (dryRun && json) {
            top.out().line(Json.pretty(preview));
        } else if (dryRun || refusals.isEmpty()) {
            DrainText.preview(preview, dryRun ? top.out() : top.err());
        }
        if (!refusals.isEmpty()) {
            throw new Failure(ExitCode.CONFLICT, String.join("; ", refusals));
        }
        if (!dryRun && DrainText.costsSomebody(preview) && !yes && !Questions.confirms(top, "Drain it nevertheless?")) {
            throw new Failure(ExitCode.USAGE, "nothing was done: answer y, or say --yes");
        }
    }

    /** The drain goes on whether anybody answers or not: only the watch is patient. */
    private ExitCode watched(JsonNode ordered, long eventsBefore) {
        Screen words = json ? top.err() : top.out();
        try (Conversation bramble = top.connect(Patience.LONG, top.progress())) {
            DrainWatch watch = new DrainWatch(top, bramble, words, eventsBefore);
            ExitCode code = watch.untilEnded(ordered);
            if (json) {
                top.out().line(Json.pretty(watch.last()));
            }
            return code;
        }
    }

    private ExitCode detached(JsonNode ordered) {
        if (json) {
            top.out().line(Json.pretty(ordered));
            return ExitCode.DONE;
        }
        for (JsonNode drain : ordered) {
            String name = DrainText.name(drain);
            top.out()
                    .line("the drain of " + name + " is ordered: 'bramble node " + name
                            + "' shows how far it is, 'bramble drain --cancel " + name + "' cancels it");
        }
        return ExitCode.DONE;
    }
}
