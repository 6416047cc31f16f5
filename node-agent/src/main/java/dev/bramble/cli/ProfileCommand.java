package dev.bramble.cli;

import dev.bramble.cli.connect.Certificates;
import dev.bramble.cli.connect.Conversation;
import dev.bramble.cli.connect.Endpoint;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Outage;
import dev.bramble.cli.connect.Patience;
import dev.bramble.cli.connect.Pin;
import dev.bramble.cli.connect.Profiles;
import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.cli.console.Table;
import dev.bramble.cli.console.Table.Column;
import dev.bramble.cli.console.Terminal;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** {@code bramble profile}: its sub-commands are added by {@link Main}. */
@Command(
        name = "profile",
        description = "Remember brambles: their heads, the heads' certificates, your token.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  bramble profile add https://pi-head:8443 --as lab    shows the fingerprint, asks, asks for the token",
            "  bramble profile add https://h1:8443,https://h2:8443 --as lab --pin F1,F2 --token - < token.txt",
            "  bramble profile use lab",
            "  bramble profile list"
        })
final class ProfileCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say what to do: add, list, use or rm");
    }

    @Command(
            name = "add",
            description = {
                "Remember a bramble and use it from now on.",
                "",
                "Each head's certificate is shown and pinned: later another one is refused. --pin gives the"
                        + " fingerprints instead of asking; --token gives the token (- reads it from stdin)."
            })
    static final class Add implements Callable<Integer> {
        @Parameters(
                paramLabel = "URL",
                description = "Address of a head, such as https://pi-head:8443; several separated by commas.")
        private String urls;

        @Option(names = "--as", paramLabel = "NAME", description = "Name of the profile (default: the head's host).")
        private String name;

        private final TopCommand top;

        Add(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            List<URI> addresses = Endpoint.urls(urls);
            String profile =
                    name != null ? name : addresses.getFirst().getHost().replaceAll("[^A-Za-z0-9_.-]", "");
            List<Endpoint.Head> heads = heads(addresses);
            String token = token();
            Endpoint endpoint = new Endpoint(heads, token, "the profile '" + profile + "'");
            try (Conversation bramble = new Conversation(endpoint, Patience.PROMPT, Outage.SILENT, top.pace())) {
                JsonNode me = bramble.get("/whoami");
                top.around().profiles().save(profile, endpoint);
                top.around().profiles().use(profile);
                top.out()
                        .line("profile '" + profile + "' is saved and in use: you are "
                                + CleanText.line(me.path("user").asString("")) + " ("
                                + CleanText.line(me.path("role").asString("")) + ")");
            }
            return ExitCode.DONE.number();
        }

        private List<Endpoint.Head> heads(List<URI> addresses) {
            List<String> pins =
                    top.pin().map(text -> Arrays.asList(text.split(","))).orElse(List.of());
            if (!pins.isEmpty() && pins.size() != addresses.size()) {
                throw new Failure(
                        ExitCode.USAGE,
                        "there are " + addresses.size() + " addresses and " + pins.size()
                                + " fingerprints: give one for each, in the same order");
            }
            List<Endpoint.Head> heads = new ArrayList<>();
            for (int i = 0; i < addresses.size(); i++) {
                URI url = addresses.get(i);
                boolean isEncrypted = url.getScheme().equals("https");
                Optional<Pin> pin = !isEncrypted
                        ? Optional.empty()
                        : Optional.of(pins.isEmpty() ? confirmed(url) : Pin.parse(pins.get(i)));
                heads.add(new Endpoint.Head(url, pin));
            }
            return List.copyOf(heads);
        }

        private Pin confirmed(URI url) {
            Pin pin = Certificates.shownBy(url);
            Terminal.Asker asker = top.around()
                    .terminal()
                    .asker()
                    .orElseThrow(() -> new Failure(
                            ExitCode.USAGE,
                            url + " shows the certificate " + pin.shown()
                                    + ", and there is no terminal to ask on: compare it and say --pin "
                                    + pin.sha256()));
            top.out().line(url + " shows a certificate with the SHA-256 fingerprint");
            top.out().line("  " + pin.shown());
            top.out().line("Ask whoever runs the bramble for the fingerprint of its head, and compare.");
            if (!asker.confirms("Is it the same?")) {
                throw new Failure(ExitCode.REFUSED, "nothing was saved: a fingerprint that differs is another machine");
            }
            return pin;
        }

        private String token() {
            Optional<String> given = top.givenToken();
            if (given.isPresent()) {
                return given.get();
            }
            return top.around()
                    .terminal()
                    .asker()
                    .flatMap(asker -> asker.askSecret("Token: "))
                    .map(String::strip)
                    .filter(token -> !token.isEmpty())
                    .orElseThrow(() ->
                            new Failure(ExitCode.USAGE, "a token is needed: say --token -, and give it on stdin"));
        }
    }

    @Command(name = "list", description = "List the profiles; a star marks the one in use.")
    static final class ListProfiles implements Callable<Integer> {
        @Option(names = "--json", description = "Print them as a JSON array, without tokens.")
        private boolean json;

        private final TopCommand top;

        ListProfiles(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            Profiles profiles = top.around().profiles();
            Optional<String> current = profiles.current();
            Table table = new Table(List.of(Column.text(""), Column.text("NAME"), Column.text("HEADS")));
            var array = Json.array();
            for (String name : profiles.names()) {
                boolean inUse = current.map(name::equals).orElse(name.equals(Profiles.LOCAL));
                String heads = profiles.require(name).heads().stream()
                        .map(Object::toString)
                        .collect(Collectors.joining(", "));
                table.add(inUse ? "*" : "", name, heads);
                array.addObject().put("name", name).put("inUse", inUse).put("heads", heads);
            }
            if (json) {
                top.out().line(Json.pretty(array));
            } else if (table.isEmpty()) {
                top.err()
                        .line("no profiles: 'bramble local' starts a bramble, 'bramble profile add URL' remembers one");
            } else {
                table.print(top.out());
            }
            return ExitCode.DONE.number();
        }
    }

    @Command(name = "use", description = "Use this profile from now on.")
    static final class Use implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "Name of the profile.")
        private String name;

        private final TopCommand top;

        Use(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            top.around().profiles().use(name);
            top.out().line("profile '" + name + "' is in use");
            return ExitCode.DONE.number();
        }
    }

    @Command(name = "rm", description = "Forget a profile. Its token stays valid: 'bramble token revoke' ends one.")
    static final class Remove implements Callable<Integer> {
        @Parameters(paramLabel = "NAME", description = "Name of the profile.")
        private String name;

        private final TopCommand top;

        Remove(TopCommand top) {
            this.top = top;
        }

        @Override
        public Integer call() {
            if (!top.around().profiles().remove(name)) {
                throw new Failure(ExitCode.NOT_FOUND, "there is no profile '" + CleanText.line(name) + "'");
            }
            top.out().line("profile '" + name + "' is gone");
            return ExitCode.DONE.number();
        }
    }
}
