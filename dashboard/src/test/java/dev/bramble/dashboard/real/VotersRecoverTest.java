package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.bramble.cli.connect.Certificates;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two of three voters are gone for good, and the operator lets the ledger go on from the third, as the page says:
 * agents, head and command line are processes of their own.
 */
@Tag("slow")
class VotersRecoverTest {
    /** Two voters go, and three of the rest have to vote again. */
    private static final int AGENTS = 5;

    private static final int EXIT_USAGE = 2;
    private static final int EXIT_CONFLICT = 6;
    /** Until somebody starts it. */
    private static final Duration FOR_LONG = Duration.ofHours(10);
    /** A voter that is set aside waits some seconds before its next copy, and a new one is asked for up to 30 s. */
    private static final Duration VOTERS_LIMIT = Duration.ofMinutes(3);

    @TempDir
    private Path temporary;

    private Fleet fleet;
    private int commands;
    private final Map<Long, List<String>> results = new TreeMap<>();

    @Test
    void theLedgerGoesOnFromOneCopyWithEverythingInItAndAnOldVoterThatReturnsDoesNoHarm() throws Exception {
        try (OpenFolder open = new OpenFolder();
                Fleet boards = new Fleet(temporary.resolve("fleet"), AGENTS, 1)) {
            fleet = boards;
            fleet.start();
            awaitVoters();
            List<String> voters = voters();
            String survivor = voters.get(1);
            String returning = voters.get(2);
            String dead = voters.get(0);
            Path folder = folder(survivor);
            work("before", 3);
            String waiting = "while [ ! -e " + open.path() + "/go ]; do sleep 0.1; done; echo ended {index}";
            long unfinished = fleet.submit("unfinished", job("unfinished", waiting, 2));
            show("before", "voters");

            theCommandIsRefusedWhereItWouldDoHarm(folder);
            fleet.kill(List.of(returning, dead), FOR_LONG);
            // What founded the bramble has the admin's token, which a test reads; no voter needs it.
            Path kept = Files.createDirectories(temporary.resolve("kept")).resolve("ledger");
            Files.move(folder(returning).resolve("ledger"), kept);
            delete(folder(dead).resolve("ledger"));
            fleet.await(
                    "nobody leads",
                    () -> fleet.get("/voters")
                            .filter(answer -> answer.statusCode() == 200)
                            .map(answer ->
                                    HeadClient.JSON.readTree(answer.body()).get("items"))
                            .filter(items -> {
                                for (JsonNode voter : items) {
                                    if (voter.get("leader").asBoolean()
                                            && voter.get("up").asBoolean()) {
                                        return false;
                                    }
                                }
                                return true;
                            })
                            .isPresent());
            show("most voters are gone", "--patience", "1s", "voters");
            show("most voters are gone", "--patience", "1s", "status");

            fleet.kill(List.of(survivor), FOR_LONG);
            whoeverSaysNoChangesNothing(folder);
            JavaProcess done = command("voters", "recover", folder.toString(), "--yes");
            assertThat(done.exitCode()).as(done.said()).isZero();
            System.out.println(done.said());
            assertThat(done.said())
                    .contains("Taken for gone for good: ", returning + "-", dead + "-")
                    .contains("is the only voter now; the old copy is kept in " + folder.resolve("ledger-recovered-1"));
            assertThat(folder.resolve("ledger-recovered-1")).isDirectory();

            long began = System.nanoTime();
            fleet.start(survivor);
            work("after", 1);
            System.out.printf("recovered voter started → next job ended: %.1f s%n", (System.nanoTime() - began) / 1e9);
            show("recovered", "voters");
            show("recovered", "status");
            open.file("go");
            fleet.awaitPhase(unfinished, "succeeded");
            assertThat(fleet.rows(unfinished)).containsExactly("ended 0", "ended 1");
            theResultsAreAllThere();
            awaitVoters();
            assertThat(voters()).contains(survivor).doesNotContain(returning, dead);
            show("three voters again", "voters");

            Files.move(kept, folder(returning).resolve("ledger"));
            fleet.start(returning);
            fleet.await(
                    "its copy is set aside",
                    () -> Files.exists(folder(returning).resolve("ledger-removed-1")));
            fleet.await("it is up", () -> isUp(returning));
            work("with-the-old-one", 1);
            assertThat(voters()).hasSize(3).contains(survivor).doesNotContain(returning, dead);
            theResultsAreAllThere();
            String leaves = voters().stream()
                    .filter(name -> !name.equals(survivor))
                    .findFirst()
                    .orElseThrow();
            assertThat(show("an old voter is back", "voters", "move", leaves, returning))
                    .isZero();
            fleet.await(
                    "it votes anew", VOTERS_LIMIT, () -> voters().contains(returning) && !voters().contains(leaves));
            awaitVoters();
            work("at-last", 1);
            theResultsAreAllThere();
            show("in the end", "voters");
            show("in the end", "events");
            assertThat(eventsOf("ledger-recovered")).hasSize(1);
        }
    }

    private void theCommandIsRefusedWhereItWouldDoHarm(Path folder) throws IOException {
        JavaProcess running = command("voters", "recover", folder.toString(), "--yes");
        assertThat(running.exitCode()).isEqualTo(EXIT_CONFLICT);
        System.out.println(running.said());
        assertThat(running.said()).contains("is in use by an agent: stop that one first");
        Path empty = Files.createDirectories(temporary.resolve("empty"));
        JavaProcess unfit = command("voters", "recover", empty.toString(), "--yes");
        assertThat(unfit.exitCode()).isEqualTo(EXIT_CONFLICT);
        assertThat(unfit.said()).contains("is no voter's folder", "`bramble voters` listed");
        Path nowhere = temporary.resolve("nowhere");
        JavaProcess absent = command("voters", "recover", nowhere.toString(), "--yes");
        assertThat(absent.exitCode()).isEqualTo(EXIT_CONFLICT);
        assertThat(absent.said()).contains("there is no folder " + nowhere);
        assertThat(nowhere).doesNotExist();
    }

    private void whoeverSaysNoChangesNothing(Path folder) throws Exception {
        JavaProcess unasked = command("voters", "recover", folder.toString());
        assertThat(unasked.exitCode()).isEqualTo(EXIT_USAGE);
        assertThat(unasked.said()).contains("there is no terminal to ask on: say --yes");
        String said = onATerminal("no\n", "voters", "recover", folder.toString());
        System.out.println(said);
        assertThat(said).contains("[y/N]", "nothing was changed");
        assertThat(folder.resolve("ledger-recovered-1")).doesNotExist();
    }

    /** What the command says to somebody who types {@code answer}. */
    private String onATerminal(String answer, String... arguments) throws Exception {
        Path typed = Files.writeString(temporary.resolve("typed"), answer);
        Path said = temporary.resolve("terminal.log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "dev.bramble.cli.Main"));
        command.addAll(List.of(arguments));
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "script makes a terminal: apt install bsdutils");
        Process terminal = new ProcessBuilder("/usr/bin/script", "-qec", String.join(" ", command), "/dev/null")
                .redirectInput(typed.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(terminal.waitFor(HeadClient.LIMIT)).isTrue();
        return Files.readString(said, StandardCharsets.UTF_8);
    }

    /** A job ends, and what it left is remembered. */
    private void work(String name, int jobs) {
        for (int i = 1; i <= jobs; i++) {
            String unique = name + "-" + i;
            long job = fleet.submit(unique, job(unique, "echo " + unique + " {index}", 3));
            fleet.awaitPhase(job, "succeeded");
            results.put(job, List.of(unique + " 0", unique + " 1", unique + " 2"));
        }
    }

    private void theResultsAreAllThere() {
        results.forEach((job, rows) -> {
            assertThat(fleet.read("/jobs/" + job).get("phase").asString()).isEqualTo("succeeded");
            assertThat(fleet.rows(job)).as("job %d", job).isEqualTo(rows);
        });
    }

    private static String job(String name, String script, int tasks) {
        return "{\"name\": \"" + name + "\", \"command\": [\"sh\", \"-c\", \"" + script + "\"], \"tasks\": {\"count\": "
                + tasks + "}, \"needs\": {\"cpus\": 0.1, \"memory\": \"16M\"}}";
    }

    private Path folder(String node) {
        return temporary.resolve("fleet").resolve(node);
    }

    /** Names, the leader among them. */
    private List<String> voters() {
        List<String> names = new ArrayList<>();
        fleet.read("/voters")
                .get("items")
                .forEach(voter -> names.add(voter.get("name").asString()));
        return names;
    }

    private void awaitVoters() {
        fleet.await("three voters are well", VOTERS_LIMIT, () -> {
            int well = 0;
            for (JsonNode voter : fleet.read("/voters").get("items")) {
                well += voter.get("up").asBoolean()
                                && voter.get("trouble").asString().isEmpty()
                        ? 1
                        : 0;
            }
            return well == 3;
        });
    }

    private boolean isUp(String name) {
        for (JsonNode node : fleet.read("/nodes").get("items")) {
            if (node.get("name").asString().equals(name)) {
                return node.get("link").asString().equals("up");
            }
        }
        return false;
    }

    private List<JsonNode> eventsOf(String kind) {
        List<JsonNode> events = new ArrayList<>();
        fleet.read("/events").get("items").forEach(event -> {
            if (event.get("kind").asString().equals(kind)) {
                events.add(event);
            }
        });
        return events;
    }

    private JavaProcess command(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        Path log = temporary.resolve("command-" + ++commands + ".log");
        return JavaProcess.commandLine(temporary, log, all);
    }

    /** What users see, for whoever reads the log of this test; the exit code. */
    private int show(String when, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--url",
                fleet.url(),
                "--token",
                fleet.token(),
                "--pin",
                Certificates.shownBy(URI.create(fleet.url())).sha256()));
        all.addAll(List.of(arguments));
        JavaProcess process = command(all.toArray(String[]::new));
        int code = process.exitCode();
        System.out.printf(
                "--- %s: bramble %s (exit code %d)%n%s%n", when, String.join(" ", arguments), code, process.said());
        return code;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
