package dev.bramble.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ResultsTest {
    @TempDir
    Path home;

    @AutoClose
    private final StubHead head = StubHead.https();

    private Path out;

    @BeforeEach
    void start() {
        out = home.resolve("out");
        head.on("GET", "/jobs/7", Answer.json(Samples.job(7, "succeeded", 2, 0, 0)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(text)));
    }

    private void rows(Object... rows) {
        head.on("GET", "/jobs/7/results", asked -> {
            int from = Integer.parseInt(asked.path().replaceAll(".*cursor=", ""));
            StringBuilder lines = new StringBuilder();
            for (int i = from; i < rows.length; i++) {
                lines.append(Json.compact(rows[i])).append('\n');
            }
            return Answer.bytes(bytes(lines.toString()));
        });
    }

    /** A task that printed {@code stdout} and kept these files, inline. */
    private void task(String task, String stdout, String stderr, Map<String, String> kept) {
        String path = "/jobs/7/tasks/" + task;
        List<Object> files = new ArrayList<>();
        kept.forEach((name, text) -> files.add(Samples.kept(name, text.length(), null, false)));
        head.on("GET", path + "/files", Answer.json(Samples.files(stdout.length(), stderr.length(), files.toArray())));
        head.on("GET", path + "/stdout", Answer.bytes(bytes(stdout)));
        head.on("GET", path + "/stderr", Answer.bytes(bytes(stderr)));
        kept.forEach((name, text) -> head.on("GET", path + "/files/" + name, Answer.bytes(bytes(text))));
    }

    private List<String> written() throws Exception {
        try (Stream<Path> files = Files.walk(out)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> out.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everythingIsWrittenUnderItsTask() throws Exception {
        rows(
                Samples.row(0, false, "succeeded", "a \"quoted\", line"),
                Samples.row(1, false, "waiting", ""),
                Samples.row(2, true, "succeeded", "best: 0"));
        task("0", "hello\n", "", Map.of("plots/a.png", "PNG"));
        task("reduce", "best: 0\n", "warn", Map.of("best.txt", "0"));
        CliRun run = CliRun.with(home, head).run("results", "7", "-o", "out");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(written())
                .containsExactly(
                        "0/plots/a.png",
                        "0/stdout",
                        "reduce/best.txt",
                        "reduce/stderr",
                        "reduce/stdout",
                        "results.csv",
                        "results.json");
        assertThat(out.resolve("0/stdout")).hasContent("hello\n");
        assertThat(Files.readString(out.resolve("results.csv"))).isEqualTo("""
                task,lr,depth,state,node,exitCode,attempts,seconds,lastLine,reason\r
                0,0.10,0,succeeded,node1,0,1,1.25,"a ""quoted"", line",\r
                1,0.10,1,waiting,,,1,,,\r
                reduce,,,succeeded,node1,0,1,1.25,best: 0,\r
                """);
        assertThat(Json.parse(Files.readString(out.resolve("results.json"))).size())
                .isEqualTo(3);
        assertThat(run.err()).contains("results of 2 tasks", "5 files", "1 task without a result");
    }

    /** Job 7 is a filter; what it answers is cut after so many bytes the first time. */
    private void answers(String text, int cutAfter) {
        Map<String, Object> filter = Samples.job(7, "succeeded", 2, 0, 0);
        filter.put("filter", true);
        filter.put("hasReduce", false);
        head.on("GET", "/jobs/7", Answer.json(filter));
        AtomicInteger asked = new AtomicInteger();
        head.on("GET", "/jobs/7/answers", request -> {
            int from = Integer.parseInt(request.path().replaceAll(".*cursor=", ""));
            String rest =
                    text.lines().skip(from).map(line -> line + "\n").collect(java.util.stream.Collectors.joining());
            return Answer.bytes(bytes(asked.getAndIncrement() == 0 ? rest.substring(0, cutAfter) : rest));
        });
    }

    @Test
    void aFiltersAnswersArePrintedInOrderAlsoAfterACut() throws Exception {
        answers("one\n\nthree\nfour\n", 8);
        CliRun run = CliRun.with(home, head).run("results", "7");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("one\n\nthree\nfour\n");
    }

    @Test
    void aFiltersAnswersAreWrittenBesideATableOfWhatFailed() throws Exception {
        answers("one\n\nthree\n", 10);
        head.on(
                "GET",
                "/jobs/7/tasks",
                Answer.json(Map.of("items", List.of(Samples.task(1, "failed", "node1", "", "exit code 3")))));
        CliRun run = CliRun.with(home, head).run("results", "7", "-o", "out");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(written()).containsExactly("answers.txt", "failed.csv", "failed.json");
        assertThat(out.resolve("answers.txt")).hasContent("one\n\nthree\n");
        assertThat(Files.readString(out.resolve("failed.csv"))).contains("exit code 3");
        assertThat(run.err()).contains("results of 2 tasks", "1 task without a result");
    }

    @Test
    void whatIsLostIsSaidAndTheRestIsFetched() throws Exception {
        rows(Samples.row(0, false, "succeeded", ""));
        task("0", "x", "", Map.of());
        head.on(
                "GET",
                "/jobs/7/tasks/0/files",
                Answer.json(Samples.files(
                        1, 0, Samples.kept("gone", 1, null, false), Samples.kept("there", 1, null, false))));
        head.on("GET", "/jobs/7/tasks/0/files/gone", Answer.problem(404, "not-found", "is lost: run the job again"));
        head.on("GET", "/jobs/7/tasks/0/files/there", Answer.bytes(bytes("y")));
        CliRun run = CliRun.with(home, head).run("results", "7", "-o", "out");
        assertThat(written()).containsExactly("0/stdout", "0/there", "results.csv", "results.json");
        assertThat(run.err()).contains("not written: '0/gone': is lost: run the job again");
    }

    @Test
    void hostileNamesNeverLeaveTheFolder() throws Exception {
        rows(Samples.row(0, false, "succeeded", ""));
        task("0", "x", "", Map.of());
        head.on(
                "GET",
                "/jobs/7/tasks/0/files",
                Answer.json(Samples.files(
                        1,
                        0,
                        Samples.kept("../../escaped", 1, null, false),
                        Samples.kept("/tmp/escaped", 1, null, false),
                        Samples.kept("a/../../escaped", 1, null, false),
                        Samples.kept("a\u001b[2Jb", 1, null, false),
                        Samples.kept("", 1, null, false),
                        Samples.kept("fine", 1, null, false))));
        head.on("GET", "/jobs/7/tasks/0/files/fine", Answer.bytes(bytes("y")));
        CliRun run = CliRun.with(home, head).run("results", "7", "-o", "out");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(written()).containsExactly("0/fine", "0/stdout", "results.csv", "results.json");
        assertThat(Files.exists(home.resolve("escaped"))).isFalse();
        assertThat(run.err().lines().filter(line -> line.startsWith("not written:")))
                .hasSize(5);
        assertThat(run.err())
                .contains("its output '../../escaped' climbs out of its folder")
                .doesNotContain("\u001b");
    }

    @Test
    void symbolicLinksInTheFolderAreNotFollowed() throws Exception {
        rows(Samples.row(0, false, "succeeded", ""), Samples.row(1, false, "succeeded", ""));
        task("0", "x", "", Map.of("d/f", "y"));
        task("1", "x", "", Map.of());
        Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
        Files.createDirectories(out.resolve("0"));
        Files.createSymbolicLink(out.resolve("0/d"), elsewhere);
        Files.createSymbolicLink(out.resolve("1"), elsewhere);
        CliRun run = CliRun.with(home, head).run("results", "7", "-o", "out");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(elsewhere).isEmptyDirectory();
        assertThat(run.err())
                .contains("through the symbolic link " + out.toRealPath().resolve("0/d"));
        assertThat(run.err())
                .contains("through the symbolic link " + out.toRealPath().resolve("1"));
    }

    @Test
    void tableIsNotWrittenThroughALinkEither() throws Exception {
        rows(Samples.row(0, false, "waiting", ""));
        Files.createDirectories(out);
        Path victim = Files.writeString(home.resolve("victim"), "mine");
        Files.createSymbolicLink(out.resolve("results.csv"), victim);
        CliRun run = CliRun.with(home, head).run("results", "7", "-o", "out");
        assertThat(run.code()).isEqualTo(6);
        assertThat(victim).hasContent("mine");
    }

    @Test
    void outputThatIsCalledStdoutDoesNotHideWhatWasPrinted() throws Exception {
        rows(Samples.row(0, false, "succeeded", ""));
        task("0", "printed", "", Map.of("stdout", "kept", "stderr/x", "kept"));
        CliRun run = CliRun.with(home, head).run("results", "7", "-o", "out");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(written())
                .containsExactly("0/outputs/stderr/x", "0/outputs/stdout", "0/stdout", "results.csv", "results.json");
        assertThat(out.resolve("0/stdout")).hasContent("printed");
    }

    @Test
    void wholeFilesAreKeptAndDamagedOnesFetchedAgain() throws Exception {
        rows(Samples.row(0, false, "succeeded", ""));
        task("0", "x", "", Map.of());
        head.on(
                "GET",
                "/jobs/7/tasks/0/files",
                Answer.json(Samples.files(
                        1,
                        0,
                        Samples.kept("model.bin", 5, sha256("model"), true),
                        Samples.kept("other.bin", 5, sha256("other"), false))));
        head.on("GET", "/jobs/7/tasks/0/files/model.bin", Answer.bytes(bytes("model")));
        head.on("GET", "/jobs/7/tasks/0/files/other.bin", Answer.bytes(bytes("other")));
        CliRun run = CliRun.with(home, head);
        assertThat(run.run("results", "7", "-o", "out").code()).isZero();
        assertThat(Files.isExecutable(out.resolve("0/model.bin"))).isTrue();
        assertThat(Files.isExecutable(out.resolve("0/other.bin"))).isFalse();
        Files.writeString(out.resolve("0/other.bin"), "OTHER");
        int before = head.lines().size();
        assertThat(run.run("results", "7", "-o", "out").err()).contains("1 were there already");
        List<String> again = head.lines().subList(before, head.lines().size());
        assertThat(again).contains("GET /jobs/7/tasks/0/files/other.bin");
        assertThat(again).doesNotContain("GET /jobs/7/tasks/0/files/model.bin");
        assertThat(out.resolve("0/other.bin")).hasContent("other");
    }

    @Test
    void brokenDownloadIsBegunAgainAndHalfAFileNeverAppears() throws Exception {
        rows(Samples.row(0, false, "succeeded", ""));
        task("0", "x", "", Map.of());
        head.on(
                "GET",
                "/jobs/7/tasks/0/files",
                Answer.json(Samples.files(1, 0, Samples.kept("model.bin", 5, sha256("model"), false))));
        AtomicInteger tries = new AtomicInteger();
        head.on("GET", "/jobs/7/tasks/0/files/model.bin", asked -> switch (tries.incrementAndGet()) {
            case 1 -> Answer.bytes(bytes("model")).cutAfter(2);
            case 2 -> Answer.bytes(bytes("MODEL"));
            default -> Answer.bytes(bytes("model"));
        });
        CliRun run = CliRun.with(home, head).run("results", "7", "-o", "out");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(tries.get()).isEqualTo(3);
        assertThat(written()).containsExactly("0/model.bin", "0/stdout", "results.csv", "results.json");
    }

    @Test
    void tableThatBreaksOffGivesEveryRowOnce() throws Exception {
        String row0 = Json.compact(Samples.row(0, false, "succeeded", "")) + "\n";
        String row1 = Json.compact(Samples.row(1, false, "waiting", "")) + "\n";
        AtomicInteger tries = new AtomicInteger();
        // Whether the first row is seen before the break is a matter of chance; the second is cut in two.
        head.on("GET", "/jobs/7/results", asked -> {
            byte[] wanted = bytes(asked.path().endsWith("cursor=0") ? row0 + row1 : row1);
            Answer answer = Answer.bytes(wanted);
            return tries.incrementAndGet() == 1 ? answer.cutAfter(row0.length() + 12) : answer;
        });
        CliRun run = CliRun.with(home, head).run("results", "7", "--json", "--patience", "5s");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Json.parse(run.out())).isEqualTo(Json.parse("[" + row0 + "," + row1 + "]"));
        assertThat(head.lines()).hasSize(2).first().isEqualTo("GET /jobs/7/results?cursor=0");
    }

    @Test
    void csvGoesToStdout() {
        rows(Samples.row(0, false, "succeeded", "=1+1"));
        assertThat(CliRun.with(home, head).run("results", "7", "--csv").out())
                .isEqualTo("task,lr,depth,state,node,exitCode,attempts,seconds,lastLine,reason\r\n"
                        + "0,0.10,0,succeeded,node1,0,1,1.25,=1+1,\r\n");
    }

    @Test
    void emptyTableIsAnEmptyArray() {
        rows();
        assertThat(CliRun.with(home, head).run("results", "7", "--json").out()).isEqualTo("[]\n");
    }

    @Test
    void folderThatIsAFileIsSaid() throws Exception {
        Files.writeString(out, "x");
        CliRun run = CliRun.with(home, head).run("results", "7", "-o", "out");
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("is a file: name a folder");
    }

    @Test
    void submitWithOutputWaitsAndFetches() throws Exception {
        head.on("POST", "/jobs", Answer.json(201, Map.of("job", 7, "revision", 42)));
        head.on("GET", "/jobs/7", Answer.json(Samples.job(7, "succeeded", 1, 0, 0)));
        rows(Samples.row(0, false, "succeeded", "hi"));
        task("0", "hi\n", "", Map.of());
        CliRun run = CliRun.with(home, head).run("submit", "-o", "out", "--", "echo", "hi");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(out.resolve("0/stdout")).hasContent("hi\n");
        assertThat(run.out()).startsWith("job 7 (sweep) succeeded");
    }
}
