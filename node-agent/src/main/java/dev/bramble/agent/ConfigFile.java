package dev.bramble.agent;

import dev.bramble.board.Play;
import dev.bramble.control.jobfile.Fields;
import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Place;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.jobfile.Values;
import dev.bramble.control.jobfile.yaml.YamlTree;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.store.disk.DiskBlobStore;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads {@code agent.yaml} or {@code head.yaml}: everything wrong with it at once, with places. */
final class ConfigFile {
    private static final List<String> KEYS = List.of(
            "name",
            "dir",
            "bind",
            "cluster_port",
            "ledger_port",
            "door_port",
            "http_port",
            "plain_http",
            "tls_certificate",
            "tls_key",
            "seeds",
            "doors",
            "found",
            "bramble",
            "join",
            "voters_max",
            "board",
            "plays",
            "guests",
            "power_command",
            "panel",
            "cpus",
            "memory",
            "disk_reserve",
            "labels",
            "uid_base",
            "election_timeout",
            "multicast",
            "alert_webhook",
            "alert_mail",
            "history_on_disk",
            "founding",
            "stop_at_stdin_end");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern ADDRESS = Pattern.compile("\\S+:\\d{1,5}");
    private static final List<String> POWER_COMMAND = List.of("systemctl");
    /** As a name: this machine's own; as an address: the one in its network. */
    private static final String AUTO = "auto";

    private static final String LOOPBACK = "127.0.0.1";
    private static final int CLUSTER_PORT = 7800;
    private static final int LEDGER_PORT = 7801;
    private static final int DOOR_PORT = 7802;
    private static final int HTTP_PORT = 8443;
    /** Suits a card whose flush now and then takes half a second. */
    private static final int ELECTION_TIMEOUT_MILLIS = 1000;

    /** A hundred seeds with their doors and some labels are a tenth of it. */
    private static final int FILE_BYTES_MAX = 64 << 10;

    private static final String EMPTY = "there is nothing in it, as after a power cut before it was flushed: write it"
            + " again, with at least `name:` and `dir:`";

    private final Path file;
    private final Fields fields;
    private final Problems problems;
    private final String autoSuffix;

    private ConfigFile(Path file, Fields fields, Problems problems, String autoSuffix) {
        this.autoSuffix = autoSuffix;
        this.file = file;
        this.fields = fields;
        this.problems = problems;
    }

    /** @throws RefusedException INVALID with every problem */
    static MemberConfig read(Path file) {
        return read(file, "");
    }

    /** @param autoSuffix what follows the machine's own name, so that two members on one machine have two names */
    static MemberConfig read(Path file, String autoSuffix) {
        Problems problems = new Problems();
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException failure) {
            throw new RefusedException(
                    Refusal.Kind.INVALID, "the configuration " + file + " cannot be read: " + failure.getMessage());
        }
        if (bytes.length > FILE_BYTES_MAX) {
            throw new RefusedException(
                    Refusal.Kind.INVALID,
                    "the configuration " + file + " has " + bytes.length + " bytes, and at most " + FILE_BYTES_MAX
                            + " are read: this is another file, or a damaged one");
        }
        Optional<Node> root = YamlTree.read(bytes, EMPTY, problems);
        MemberConfig config = null;
        if (root.isPresent() && root.get() instanceof Node.MapNode map) {
            config = new ConfigFile(file, new Fields(map, KEYS, problems), problems, autoSuffix).config();
        } else if (problems.isEmpty()) {
            problems.add(Place.TOP, "must be a map of settings such as `name: pi01`");
        }
        if (!problems.isEmpty()) {
            List<Problem> list = problems.list();
            throw new RefusedException(new Refusal(
                    Refusal.Kind.INVALID,
                    file + " has " + (list.size() == 1 ? "a mistake" : list.size() + " mistakes"),
                    list));
        }
        return config;
    }

    private MemberConfig config() {
        String board = text("board").orElse("auto");
        if (!board.equals("auto") && !board.equals("simulated")) {
            problems.add(place("board"), "must be auto or simulated");
        }
        int votersMax = port("voters_max", 3);
        if (votersMax != 1 && votersMax != 3 && votersMax != 5) {
            problems.add(place("voters_max"), "must be 1, 3 or 5: an even number survives no more losses");
        }
        String name = text("name").map(this::own).orElse("");
        if (!NAME.matcher(name).matches()) {
            problems.add(place("name"), "name this node: 1 to 63 letters, digits, dots and dashes");
        }
        Optional<Path> dir = text("dir").map(Path::of);
        if (dir.isEmpty()) {
            problems.add(Place.of("dir"), "name the folder for this node's data");
        }
        if (fields.has("tls_certificate") != fields.has("tls_key")) {
            problems.add(
                    place(fields.has("tls_key") ? "tls_key" : "tls_certificate"),
                    "name both tls_certificate and tls_key, or neither for the head's own certificate");
        }
        return new MemberConfig(
                name,
                file.toAbsolutePath()
                        .getParent()
                        .resolve(dir.orElse(Path.of(".")))
                        .normalize(),
                bind(),
                port("cluster_port", CLUSTER_PORT),
                port("ledger_port", LEDGER_PORT),
                port("door_port", DOOR_PORT),
                port("http_port", HTTP_PORT),
                flag("plain_http"),
                path("tls_certificate"),
                path("tls_key"),
                addresses("seeds"),
                addresses("doors"),
                flag("found"),
                text("bramble").orElse("bramble"),
                text("join"),
                votersMax,
                board.equals("simulated"),
                plays(board.equals("simulated")),
                guests(),
                powerCommand(board.equals("simulated")),
                PanelFields.read(fields.get("panel"), problems),
                cpus(),
                size("memory"),
                size("disk_reserve").orElse(DiskBlobStore.RESERVE_BYTES),
                labels(),
                fields.has("uid_base")
                        ? OptionalInt.of(number("uid_base", 1, Integer.MAX_VALUE, 1))
                        : OptionalInt.empty(),
                number("election_timeout", 100, 60_000, ELECTION_TIMEOUT_MILLIS),
                flag("multicast"),
                alertWebhook(),
                alertMail(),
                flag("history_on_disk"),
                path("founding"),
                flag("stop_at_stdin_end"));
    }

    private Place place(String key) {
        return fields.get(key).map(Node::place).orElse(Place.of(key));
    }

    private Optional<String> text(String key) {
        return fields.get(key).flatMap(node -> Values.text(node, problems));
    }

    /** Relative to the configuration. */
    private Optional<Path> path(String key) {
        return text(key)
                .map(name -> file.toAbsolutePath().getParent().resolve(name).normalize());
    }

    private boolean flag(String key) {
        return fields.get(key).flatMap(node -> Values.flag(node, problems)).orElse(false);
    }

    private int number(String key, int min, int max, int standard) {
        return fields.get(key)
                .flatMap(node -> Values.wholeNumber(node, min, max, problems))
                .orElse(standard);
    }

    private int port(String key, int standard) {
        return number(key, 1, 65_535, standard);
    }

    private List<String> addresses(String key) {
        List<String> addresses = fields.get(key)
                .map(node -> Values.texts(node, "[\"pi01:7800\"]", problems))
                .orElse(List.of());
        for (String address : addresses) {
            if (!ADDRESS.matcher(address).matches()) {
                problems.add(place(key), "'" + address + "' is no address: write host:port");
            }
        }
        return addresses;
    }

    private Optional<Play> plays(boolean isSimulated) {
        Optional<String> word = text("plays");
        Optional<Play> play = word.flatMap(Play::of);
        if (word.isPresent() && play.isEmpty()) {
            problems.add(place("plays"), "must be one of " + Play.words());
        } else if (word.isPresent() && !isSimulated) {
            problems.add(place("plays"), "is for simulated boards: add `board: simulated`, or leave it out");
        }
        return play;
    }

    private String own(String name) {
        return name.equals(AUTO) ? ThisMachine.name() + autoSuffix : name;
    }

    private String bind() {
        String bind = text("bind").orElse(LOOPBACK);
        return bind.equals(AUTO) && problems.isEmpty() ? ThisMachine.address() : bind;
    }

    private boolean guests() {
        boolean guests = flag("guests");
        String bind = text("bind").orElse(LOOPBACK);
        if (guests && !bind.startsWith("127.") && !bind.equals("::1")) {
            problems.add(
                    place("guests"),
                    "is for simulated boards on one machine, since members then speak for others: leave it out, or bind"
                            + " to 127.0.0.1");
        }
        return guests;
    }

    /** One word is common enough to be written without a list. */
    private List<String> powerCommand(boolean isSimulated) {
        Optional<Node> node = fields.get("power_command");
        if (node.isEmpty()) {
            return isSimulated ? List.of() : POWER_COMMAND;
        }
        List<String> words = node.get() instanceof Node.ListNode
                ? Values.texts(node.get(), "[sudo, -n, systemctl]", problems)
                : Values.text(node.get(), problems).map(List::of).orElse(List.of());
        boolean isCommand = !words.isEmpty() && words.stream().noneMatch(String::isBlank);
        if (!isCommand || words.getFirst().contains(" ")) {
            problems.add(
                    node.get().place(),
                    "name the program that is called with reboot or poweroff behind it, each word of its own:"
                            + " systemctl, or [sudo, -n, systemctl]; no shell reads it");
        }
        return words;
    }

    private Optional<URI> alertWebhook() {
        return text("alert_webhook").flatMap(text -> {
            try {
                URI address = new URI(text);
                boolean isWeb = "https".equals(address.getScheme()) || "http".equals(address.getScheme());
                if (isWeb && address.getHost() != null && address.getUserInfo() == null) {
                    return Optional.of(address);
                }
            } catch (URISyntaxException noAddress) {
                // Told below.
            }
            problems.add(place("alert_webhook"), "must be an address such as https://chat.example/hooks/abc");
            return Optional.empty();
        });
    }

    private List<String> alertMail() {
        Optional<Node> node = fields.get("alert_mail");
        if (node.isEmpty()) {
            return List.of();
        }
        List<String> words = Values.texts(node.get(), "[sendmail, ops@example.org]", problems);
        if (words.isEmpty() || words.getFirst().isBlank()) {
            problems.add(
                    node.get().place(),
                    "name the program that takes a message on stdin, each argument of its own: [sendmail,"
                            + " ops@example.org]; no shell reads it");
        }
        return words;
    }

    private OptionalInt cpus() {
        if (!fields.has("cpus")) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(fields.get("cpus")
                .flatMap(Values::number)
                .filter(cpus -> cpus.doubleValue() >= 0.1 && cpus.doubleValue() <= 1024)
                .map(cpus -> (int) Math.round(cpus.doubleValue() * 1000))
                .orElseGet(() -> {
                    problems.add(place("cpus"), "must be a number of cores from 0.1 to 1024");
                    return 1000;
                }));
    }

    private OptionalLong size(String key) {
        return fields.get(key)
                .flatMap(node -> Values.sizeBytes(node, problems))
                .map(OptionalLong::of)
                .orElse(OptionalLong.empty());
    }

    private SortedMap<String, String> labels() {
        TreeMap<String, String> labels = new TreeMap<>();
        fields.get("labels").ifPresent(node -> {
            if (node instanceof Node.MapNode map) {
                map.fields()
                        .forEach(field -> Values.text(field.value(), problems)
                                .ifPresent(value -> labels.put(field.key(), value)));
            } else {
                problems.add(node.place(), "must be a map such as {ssd: \"yes\"}");
            }
        });
        return labels;
    }
}
