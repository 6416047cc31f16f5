package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.StubHead.Arrived;
import dev.bramble.cli.connect.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import tools.jackson.databind.JsonNode;

@Execution(ExecutionMode.CONCURRENT)
class SubmitTest {
    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    @BeforeEach
    void start() {
        head.on("POST", "/jobs", Answer.json(201, Map.of("job", 7, "revision", 42)));
        head.on("POST", "/blobs", this::stored);
    }

    private Answer stored(Arrived upload) {
        String sha = sha256(upload.body());
        return upload.path().endsWith("?sha256=" + sha)
                ? Answer.json(201, Map.of("sha256", sha, "sizeBytes", upload.body().length, "holders", List.of("n1")))
                : Answer.problem(422, "invalid", "the bytes are not what their hash says");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    private Path write(String name, String text) throws Exception {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private JsonNode sentJob() {
        return Json.parse(head.arrived().stream()
                .filter(one -> one.method().equals("POST") && one.path().equals("/jobs"))
                .reduce((first, second) -> second)
                .orElseThrow()
                .body());
    }

    @Test
    void fileThatChangesWhileItIsSentIsRefusedAndNoJobIsSubmitted() throws Exception {
        Path file = write("data", "as it was looked at");
        head.on("HEAD", "/blobs/" + sha256("as it was looked at"), asked -> {
            try {
                Files.writeString(file, "as it was then sent");
            } catch (java.io.IOException failure) {
                throw new AssertionError(failure);
            }
            return Answer.problem(404, "not-found", "not here");
        });
        CliRun run = CliRun.with(home, head).run("submit", "--count", "1", "--ship", "data", "--", "cat", "data");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("data changed while it was sent, and nothing of it is kept: submit again");
        assertThat(head.arrived()).noneMatch(one -> one.path().equals("/jobs"));
    }

    @Test
    void jobFileIsSentWithItsFilesByHash() throws Exception {
        write("w/job.yaml", """
                name: sweep
                command: [python3, train.py, --lr, "{lr}"]
                ship: [train.py, data]
                tasks: {grid: {lr: [0.10, 0.01]}}
                """);
        write("w/train.py", "print(1)");
        write("w/data/a.csv", "1,2");
        write("w/data/deep/b.csv", "1,2");
        Files.setPosixFilePermissions(home.resolve("w/train.py"), PosixFilePermissions.fromString("rwxr-xr-x"));
        CliRun run = CliRun.with(home, head).run("submit", "w/job.yaml");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("7\n");
        assertThat(run.err()).contains("uploaded 2 files, 11 B", "bramble wait 7");
        JsonNode job = sentJob();
        assertThat(Json.compact(job.path("tasks"))).isEqualTo("{\"grid\":{\"lr\":[\"0.10\",\"0.01\"]}}");
        assertThat(Json.compact(job.path("ship")))
                .isEqualTo(("[{'name':'train.py','sha256':'%s','sizeBytes':8,'executable':true},"
                                + "{'name':'data/a.csv','sha256':'%s','sizeBytes':3,'executable':false},"
                                + "{'name':'data/deep/b.csv','sha256':'%s','sizeBytes':3,'executable':false}]")
                        .formatted(sha256("print(1)"), sha256("1,2"), sha256("1,2"))
                        .replace('\'', '"'));
        assertThat(head.lines().stream().filter(line -> line.startsWith("POST /blobs")))
                .hasSize(2);
    }

    @Test
    void fileThatIsThereAlreadyIsNotSentAgain() throws Exception {
        write("a.txt", "known");
        head.on("HEAD", "/blobs/" + sha256("known"), Answer.json(Map.of()));
        CliRun run = CliRun.with(home, head).run("submit", "--ship", "a.txt", "--", "cat", "a.txt");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(head.lines()).containsExactly("HEAD /blobs/" + sha256("known"), "POST /jobs");
    }

    @Test
    void emptyFileIsSentToo() throws Exception {
        write("empty.txt", "");
        CliRun run = CliRun.with(home, head).run("submit", "--ship", "empty.txt", "--", "true");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(head.lines()).contains("POST /blobs?sha256=" + sha256(""));
    }

    @Test
    void everyFieldHasAFlag() throws Exception {
        write("train.py", "x");
        CliRun run = CliRun.with(home, head)
                .run(
                        "submit",
                        "--name",
                        "n",
                        "--ship",
                        "train.py",
                        "--grid",
                        "lr=0.10,0.2",
                        "--grid",
                        "s=[\"a,b\", true, 007]",
                        "--env",
                        "A=1=2",
                        "--env",
                        "B=",
                        "--cpus",
                        "0.5",
                        "--memory",
                        "1G",
                        "--disk",
                        "2G",
                        "--label",
                        "ssd=yes",
                        "--node",
                        "pi01",
                        "--node",
                        "pi02",
                        "--timeout",
                        "10m",
                        "--attempts",
                        "2",
                        "--at-once",
                        "3",
                        "--deadline",
                        "2h",
                        "--on-deadline",
                        "cancel",
                        "--outputs",
                        "a",
                        "--outputs",
                        "b/*",
                        "--reduce",
                        "python3 'best one.py'",
                        "--reduce-outputs",
                        "best",
                        "--after",
                        "3,4",
                        "--priority",
                        "high",
                        "--keep",
                        "7d",
                        "--idempotency-key",
                        "k1",
                        "--",
                        "python3",
                        "train.py",
                        "--lr",
                        "{lr}",
                        "--",
                        "x");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Json.compact(sentJob()))
                .isEqualTo(("{'name':'n','command':['python3','train.py','--lr','{lr}','--','x'],"
                                + "'ship':[{'name':'train.py','sha256':'%s','sizeBytes':1,'executable':false}],"
                                + "'tasks':{'grid':{'lr':['0.10','0.2'],'s':['a,b','true','007']}},"
                                + "'env':{'A':'1=2','B':''},"
                                + "'needs':{'cpus':0.5,'memory':'1073741824B','disk':'2147483648B',"
                                + "'labels':{'ssd':'yes'},'nodes':['pi01','pi02']},"
                                + "'deadline':'2h','on_deadline':'cancel','timeout':'10m','attempts':2,'at_once':3,"
                                + "'outputs':['a','b/*'],"
                                + "'reduce':{'command':['python3','best one.py'],'outputs':['best']},"
                                + "'after':[3,4],'priority':'high','keep':'7d'}")
                        .formatted(sha256("x"))
                        .replace('\'', '"'));
        assertThat(head.arrived().getLast().headers()).containsEntry("idempotency-key", "k1");
    }

    @Test
    void whetherAnInstantIsADeadlineTheBrambleSays() throws Exception {
        CliRun run = CliRun.with(home, head)
                .run("submit", "--count", "1", "--deadline", "2026-12-24 18:00+01:00", "--", "true");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(sentJob().path("deadline").asString()).isEqualTo("2026-12-24T17:00:00Z");
        write("job.yaml", """
                command: ["true"]
                deadline: 2026-12-24
                """);
        run = CliRun.with(home, head).run("submit", "job.yaml");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(sentJob().path("deadline").asString()).isEqualTo("2026-12-24T00:00:00Z");
    }

    @Test
    void flagsReplaceFieldsOfTheFileAndMapsAreLaidOver() throws Exception {
        write("job.yaml", """
                command: [a]
                tasks: {count: 5}
                env: {A: 1, B: 2}
                needs: {cpus: 2, memory: 1G}
                timeout: 1m
                """);
        CliRun run = CliRun.with(home, head)
                .run(
                        "submit",
                        "job.yaml",
                        "--grid",
                        "x=1,2",
                        "--env",
                        "B=3",
                        "--cpus",
                        "1",
                        "--timeout",
                        "2m",
                        "--",
                        "b");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode job = sentJob();
        assertThat(Json.compact(job.path("command"))).isEqualTo("[\"b\"]");
        assertThat(Json.compact(job.path("tasks"))).isEqualTo("{\"grid\":{\"x\":[\"1\",\"2\"]}}");
        assertThat(Json.compact(job.path("env"))).isEqualTo("{\"B\":\"3\",\"A\":\"1\"}");
        assertThat(job.path("needs").path("cpus").asInt()).isEqualTo(1);
        assertThat(job.path("needs").path("memory").asString()).isEqualTo("1073741824B");
        assertThat(job.path("timeout").asString()).isEqualTo("2m");
    }

    @Test
    void everyMistakeInFileAndFlagsIsReportedAndNothingIsSent() throws Exception {
        write("job.yaml", """
                comand: [python3]
                ship: [missing.py]
                timeout: soon
                """);
        CliRun run = CliRun.with(home, head)
                .run("submit", "job.yaml", "--attempts", "0", "--grid", "lr", "--reduce", "don't");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).isEqualTo("""
                        bramble: job.yaml has 6 mistakes:
                          --grid: must be NAME=VALUE, it is 'lr'
                          --reduce: has a quote that is not closed
                          --attempts: must be from 1 to 100, it is 0
                          comand (line 1, column 1): unknown key 'comand': did you mean 'command'?
                          ship[0] (line 2, column 8): there is no file 'missing.py' in the folder %s
                          timeout (line 3, column 10): must be a duration such as 90s, 10m, 1h30m or 7d, \
                        it is the text 'soon'
                        """.formatted(home));
        assertThat(head.arrived()).isEmpty();
    }

    @Test
    void jobComesFromStdinToo() {
        CliRun run = CliRun.with(home, head).stdin("command: [echo, hi]\n").run("submit", "-", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Json.parse(run.out()).path("job").asInt()).isEqualTo(7);
    }

    @Test
    void commandWithoutItsSeparatorIsUnderstoodAsASlip() {
        CliRun run = CliRun.with(home, head).run("submit", "--count", "3", "echo", "hi");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("write -- before it: bramble submit … -- echo hi");
        assertThat(CliRun.with(home, head).run("submit", "echo").err())
                .contains("cannot read the job file echo: it is not there", "bramble submit -- echo");
        assertThat(CliRun.with(home, head).run("submit").err()).contains("name a job file");
        assertThat(CliRun.with(home, head).run("submit", "--").err()).contains("command: is missing");
    }

    @Test
    void dryRunShowsWhatItWouldSubmitAndAsksNobody() throws Exception {
        write("rows.txt", "a\n\nb");
        CliRun run = new CliRun(home).run("submit", "--dry-run", "--lines", "rows.txt", "--", "echo", "{line}");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("""
                name        echo
                tasks       3 tasks
                first task  echo {line}
                files       1 file, 4 B
                """);
        run.run("submit", "--dry-run", "--json", "--grid", "x=1", "--", "echo", "{x}");
        assertThat(Json.parse(run.out()).path("attempts").asInt()).isEqualTo(4);
    }

    @Test
    void lostAnswerIsAskedForAgainUnderTheSameKey() throws Exception {
        AtomicInteger tries = new AtomicInteger();
        head.on(
                "POST",
                "/jobs",
                asked -> tries.incrementAndGet() == 1
                        ? Answer.json(201, Map.of("job", 7, "revision", 42)).cutAfter(3)
                        : Answer.json(201, Map.of("job", 7, "revision", 42)));
        CliRun run = CliRun.with(home, head).run("submit", "--patience", "10s", "--", "true");
        assertThat(run.code()).as(run.err()).isZero();
        List<String> keys = head.arrived().stream()
                .map(one -> one.headers().get("idempotency-key"))
                .toList();
        assertThat(keys).hasSize(2).doesNotContainNull();
        assertThat(keys.get(0)).isEqualTo(keys.get(1)).hasSize(32);
    }

    @Test
    void patternsAreExpandedInOrderRelativeToTheJobFile() throws Exception {
        write("w/job.yaml", "command: [wc, \"{file}\"]\ntasks: {each: [\"photos/*.jpg\", \"**/*.png\"]}\n");
        for (String name : List.of("b.jpg", "a.jpg", "c.txt", ".hidden.jpg", "deep/z.png", "y.png")) {
            write("w/photos/" + name, name);
        }
        write("w/top.png", "t");
        CliRun run = CliRun.with(home, head).run("submit", "w/job.yaml");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(sentJob()
                        .path("tasks")
                        .path("each")
                        .valueStream()
                        .map(file -> file.path("name").asString()))
                .containsExactly("photos/a.jpg", "photos/b.jpg", "photos/deep/z.png", "photos/y.png", "top.png");
    }

    @Test
    void whatIsNoRegularFileIsNotShipped() throws Exception {
        write("real.txt", "x");
        write("folder/inner.txt", "x");
        Files.createDirectories(home.resolve("void"));
        Files.createSymbolicLink(home.resolve("link.txt"), home.resolve("real.txt"));
        Files.createSymbolicLink(home.resolve("folder/link"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(home.resolve("door"), home.resolve("folder"));
        CliRun run = CliRun.with(home, head)
                .run(
                        "submit",
                        "--ship",
                        "link.txt",
                        "--ship",
                        "folder",
                        "--ship",
                        "door/inner.txt",
                        "--ship",
                        "/etc/passwd",
                        "--ship",
                        "../x",
                        "--ship",
                        "void",
                        "--lines",
                        "folder",
                        "--",
                        "true");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err())
                .contains("--ship[0]: 'link.txt' is a symbolic link: ship the file that it points to")
                .contains("--ship[1]: 'folder/link' is a symbolic link: only regular files can be shipped")
                .contains("--ship[2]: 'door' is a symbolic link")
                .contains("--ship[3]: '/etc/passwd' is absolute")
                .contains("--ship[4]: '../x' climbs out")
                .contains("--lines: 'folder' is a folder: name a file with a task on each line");
    }

    @Test
    void emptyFolderAndPatternWithoutAMatchAreSaid() throws Exception {
        Files.createDirectories(home.resolve("void"));
        assertThat(CliRun.with(home, head)
                        .run("submit", "--ship", "void", "--", "true")
                        .err())
                .contains("is a folder without a file");
        assertThat(CliRun.with(home, head)
                        .run("submit", "--each", "void/*.x", "--", "true")
                        .err())
                .contains("'void/*.x' matches no file");
        assertThat(CliRun.with(home, head)
                        .run("submit", "--each", "nowhere/*.x", "--", "true")
                        .err())
                .contains("there is no folder 'nowhere'");
        assertThat(CliRun.with(home, head)
                        .run("submit", "--each", "void/[", "--", "true")
                        .err())
                .contains("is no pattern");
    }
}
