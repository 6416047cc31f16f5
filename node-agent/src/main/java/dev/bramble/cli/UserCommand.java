package dev.bramble.cli;

import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Human;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code bramble user}: its sub-commands are added by {@link Main}. */
@Command(
        name = "user",
        description = "Look after those who may log in to the pages of a head.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble user add ada --role submitter   asks for the password",
            "  bramble user list",
            "  bramble user role ada operator",
            "  bramble user disable ada                ends her sessions, stops her tokens",
            "  bramble user password ada < file        the first line of it"
        })
final class UserCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(
                spec.commandLine(), "say what to do: add, list, role, password, disable or enable");
    }

    /** Changes one account. */
    private abstract static class Change implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "USER", description = "Name of the user, as they log in.")
        private String user;

        private final TopCommand top;

        Change(TopCommand top) {
            this.top = top;
        }

        Integer change(ObjectNode body, String done) {
            try (Conversation bramble = top.connect()) {
                bramble.write("PATCH", "/users/" + Conversation.escaped(user), body);
            }
            top.out().line("the account of " + CleanText.line(user) + " " + done);
            return ExitCode.DONE.number();
        }

        /** Asked for. */
        String newPassword() {
            return Secrets.newPassword(top.around(), user);
        }
    }

    @Command(name = "add", description = "Make an account; its password is asked for, or read from stdin.")
    static final class Add implements Callable<Integer> {
        @Parameters(paramLabel = "USER", description = "Name of the user, as they log in.")
        private String user;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                required = true,
                description = "What they may do: ${COMPLETION-CANDIDATES}; each includes those before it.")
        private TokenCommand.Role role;

        private final TopCommand top;

        Add(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            ObjectNode body = Json.object()
                    .put("user", user)
                    .put("role", role.toString())
                    .put("password", Secrets.newPassword(top.around(), user));
            try (Conversation bramble = top.connect()) {
                bramble.write("POST", "/users", body);
            }
            top.out().line("the account of " + CleanText.line(user) + " (" + role + ") is made");
            return ExitCode.DONE.number();
        }
    }

    @Command(name = "list", description = "List all accounts.")
    static final class ListUsers implements Callable<Integer> {
        @Option(names = "--json", description = "Print them as a JSON array.")
        private boolean json;

        private final TopCommand top;

        ListUsers(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            try (Conversation bramble = top.connect()) {
                if (json) {
                    top.printJson(bramble, "/users", Long.MAX_VALUE);
                    return ExitCode.DONE.number();
                }
                Table table = new Table(List.of(
                        Column.text("NAME"),
                        Column.text("ROLE"),
                        Column.text("STATE"),
                        Column.number("SESSIONS"),
                        Column.number("TOKENS"),
                        Column.text("LAST SEEN")));
                bramble.list(
                        "/users",
                        Long.MAX_VALUE,
                        user -> table.add(
                                user.path("name").asString(""),
                                user.path("role").asString(""),
                                user.path("disabled").asBoolean(false) ? "disabled" : "enabled",
                                user.path("sessions").asString("0"),
                                user.path("tokens").asString("0"),
                                seen(user.path("lastSeenMillisAgo"))));
                table.print(top.out());
            }
            return ExitCode.DONE.number();
        }

        private static String seen(JsonNode millisAgo) {
            return millisAgo.isNumber() ? Human.duration(millisAgo.asLong()) + " ago" : "-";
        }
    }

    @Command(name = "role", description = "Change what a user may do; takes effect on all that is theirs at once.")
    static final class ChangeRole extends Change {
        @Parameters(index = "1", paramLabel = "ROLE", description = "One of ${COMPLETION-CANDIDATES}.")
        private TokenCommand.Role role;

        ChangeRole(TopCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            return change(Json.object().put("role", role.toString()), "has the role " + role + " now");
        }
    }

    @Command(
            name = "password",
            description = "Set a user's password, which is asked for or read from stdin; ends their sessions.")
    static final class SetPassword extends Change {
        SetPassword(TopCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            ObjectNode body = Json.object().put("password", newPassword());
            return change(body, "has a new password");
        }
    }

    @Command(name = "disable", description = "Nothing of a user's opens anything until they are enabled again.")
    static final class Disable extends Change {
        Disable(TopCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            return change(Json.object().put("disabled", true), "is disabled");
        }
    }

    @Command(name = "enable", description = "Let a user in again who was disabled.")
    static final class Enable extends Change {
        Enable(TopCommand top) {
            super(top);
        }

        @Override
        public Integer call() {
            return change(Json.object().put("disabled", false), "is enabled");
        }
    }
}
