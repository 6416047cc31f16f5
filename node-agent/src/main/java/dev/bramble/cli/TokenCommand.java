package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import dev.bramble.control.jobfile.Units;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code bramble token}: its sub-commands are added by {@link Main}. */
@Command(
        name = "token",
        description = "Make, list and revoke tokens: of users, and of boards that shall join.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble token create --user ada --role submitter --for 30d --note \"her laptop\"",
            "  bramble token join --for 24h            for the configuration of new boards",
            "  bramble token list",
            "  bramble token revoke 3f2a"
        })
final class TokenCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do: create, join, list or revoke");
    }

    /** As the interface has them. */
    enum Role {
        VIEWER,
        SUBMITTER,
        OPERATOR,
        ADMIN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static void validFor(ObjectNode body, String time, CommandSpec spec) {
        if (time == null) {
            return;
        }
        long seconds = Units.duration(time)
                .filter(duration -> duration.toSeconds() >= 1)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--for must be a duration such as 24h or 30d, it is '" + time + "'"))
                .toSeconds();
        body.put("validForSeconds", seconds);
    }

    /** The secret alone goes to stdout, so that it can be put into a file or a variable. */
    private static Integer make(TopCommand top, ObjectNode body, String what, boolean json) {
        try (Conversation bramble = top.connect()) {
            JsonNode made = bramble.writeAtMostOnce("POST", "/tokens", body);
            top.err().line(what + "; it is shown this once:");
            top.out()
                    .line(
                            json
                                    ? Json.pretty(made)
                                    : CleanText.line(made.path("secret").asString("")));
        }
        return ExitCode.DONE.number();
    }

    @Command(name = "create", description = "Make a token for a user; it is shown once.")
    static final class Create implements Callable<Integer> {
        @Option(names = "--user", paramLabel = "USER", required = true, description = "Whom it speaks for.")
        private String user;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                required = true,
                description = "What it allows: ${COMPLETION-CANDIDATES}; each includes those before it.")
        private Role role;

        @Option(names = "--for", paramLabel = "TIME", description = "How long it is valid (default: for ever).")
        private String time;

        @Option(names = "--own-jobs", description = "It reaches the user's own jobs alone, whatever the role.")
        private boolean ownJobsOnly;

        @Option(names = "--note", paramLabel = "TEXT", description = "What it is for, for the list.")
        private String note;

        @Option(names = "--json", description = "Print the answer as JSON, the secret in it.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        private final TopCommand top;

        Create(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            ObjectNode body =
                    Json.object().put("purpose", "api").put("user", user).put("role", role.toString());
            if (ownJobsOnly) {
                body.put("ownJobsOnly", true);
            }
            if (note != null) {
                body.put("note", note);
            }
            validFor(body, time, spec);
            return make(top, body, "a token of " + CleanText.line(user) + " (" + role + ")", json);
        }
    }

    @Command(name = "join", description = "Make a token with which boards join by themselves; it is shown once.")
    static final class Join implements Callable<Integer> {
        @Option(names = "--head", description = "For heads instead of agents.")
        private boolean head;

        @Option(
                names = "--for",
                paramLabel = "TIME",
                defaultValue = "24h",
                description = "How long it is valid (default: ${DEFAULT-VALUE}).")
        private String time;

        @Option(names = "--json", description = "Print the answer as JSON, the secret in it.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        private final TopCommand top;

        Join(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            ObjectNode body = Json.object().put("purpose", head ? "join-head" : "join-agent");
            validFor(body, time, spec);
            return make(top, body, "a join token for " + (head ? "heads" : "agents") + ", valid for " + time, json);
        }
    }

    @Command(name = "list", description = "List all tokens, without their secrets.")
    static final class ListTokens implements Callable<Integer> {
        @Option(names = "--json", description = "Print the tokens as a JSON array.")
        private boolean json;

        private final TopCommand top;

        ListTokens(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                if (json) {
                    top.printJson(bramble, "/tokens", Long.MAX_VALUE);
                    return ExitCode.DONE.number();
                }
                Table table = new Table(List.of(
                        Column.text("ID"),
                        Column.text("PURPOSE"),
                        Column.text("USER"),
                        Column.text("ROLE"),
                        Column.text("ENDS IN"),
                        Column.text("LAST USED"),
                        Column.text("NOTE"),
                        Column.text("MADE BY")));
                bramble.list(
                        "/tokens",
                        Long.MAX_VALUE,
                        token -> table.add(
                                token.path("id").asString(""),
                                token.path("purpose").asString(""),
                                JobText.orDash(token.path("user")),
                                JobText.orDash(token.path("role")),
                                timeLeft(token),
                                lastUsed(token),
                                note(token),
                                token.path("by").asString("")));
                table.print(top.out());
            }
            return ExitCode.DONE.number();
        }

        private static String lastUsed(JsonNode token) {
            JsonNode ago = token.path("lastUsedMillisAgo");
            return ago.isNumber() ? Human.duration(ago.asLong()) + " ago" : "-";
        }

        private static String note(JsonNode token) {
            String text = token.path("note").asString("");
            boolean isScoped = token.path("ownJobsOnly").asBoolean(false);
            return isScoped ? text.isEmpty() ? "own jobs" : text + " (own jobs)" : text.isEmpty() ? "-" : text;
        }

        private static String timeLeft(JsonNode token) {
            JsonNode expires = token.path("expiresInMillis");
            return expires.isNumber() ? Human.duration(expires.asLong()) : "never";
        }
    }

    @Command(name = "revoke", description = "Revoke a token: it opens nothing from now on.")
    static final class Revoke implements Callable<Integer> {
        @Parameters(paramLabel = "ID", description = "Id of the token, as 'bramble token list' shows it.")
        private String id;

        private final TopCommand top;

        Revoke(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                bramble.write("DELETE", "/tokens/" + Conversation.escaped(id), null);
            }
            top.out().line("token " + CleanText.line(id) + " is revoked");
            return ExitCode.DONE.number();
        }
    }
}
