package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of a job's tasks, the page of one, its log, and what it kept. */
class TaskPagesTest {
    private static final JobId JOB = new JobId(1);

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    @BeforeEach
    void start() {
        dashboard.submit("ada", 6, ", \"reduce\": [\"true\"]");
    }

    private static Output inline(String text) {
        return new Output.Inline(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] png(int width, int height) {
        return png(width, height, 40);
    }

    /** What has the head of a picture. */
    static byte[] png(int width, int height, int sizeBytes) {
        return ByteBuffer.allocate(sizeBytes)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H', 'D', 'R'})
                .putInt(width)
                .putInt(height)
                .array();
    }

    private static Views.FileView file(String name, byte[] bytes) {
        return new Views.FileView(name, new Output.Inline(bytes), false);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aRowOfTheTableHasNoEmptyLineForAReasonThatIsNotThere() throws IOException {
        assertThat(Files.readString(Path.of("src/main/resources/templates/tasks/tasks.html")))
                .doesNotContainPattern("class=\"lines\"><span[^>]*>[^<]*</span>\\s");
    }

    @Test
    void tableHasParametersAndResultsForTheOwnerAlone() {
        dashboard.bramble.succeed(JOB, 0, inline("secret-result"), List.of());

        assertThat(dashboard.visitor("ada").page("/jobs/1/tasks"))
                .contains("secret-result")
                .contains(">index<")
                .contains("format=csv")
                .contains("id=\"task-reduce\"");
        assertThat(dashboard.visitor("bob").page("/jobs/1/tasks"))
                .contains("id=\"task-0\"")
                .doesNotContain("secret-result")
                .doesNotContain(">index<")
                .doesNotContain("format=csv");
    }

    @Test
    void tableIsSortedByNumbersAsNumbers() {
        dashboard.bramble.succeed(JOB, 0, inline("10"), List.of());
        dashboard.bramble.succeed(JOB, 1, inline("9"), List.of());
        dashboard.bramble.succeed(JOB, 2, inline("2.5e3"), List.of());
        Visitor ada = dashboard.visitor("ada");
        String up = ada.page("/jobs/1/tasks?sort=result&state=succeeded");

        assertThat(up.indexOf("id=\"task-1\"")).isPositive().isLessThan(up.indexOf("id=\"task-0\""));
        assertThat(up.indexOf("id=\"task-0\"")).isLessThan(up.indexOf("id=\"task-2\""));
        assertThat(up).contains("aria-sort=\"ascending\"").doesNotContain("id=\"task-3\"");
        String down = ada.page("/jobs/1/tasks?sort=parameter-index&down=1");
        assertThat(down.indexOf("id=\"task-5\"")).isPositive().isLessThan(down.indexOf("id=\"task-0\""));
    }

    @Test
    void runningTasksAreThoseThatTheLeaderKnows() {
        dashboard.bramble.running.put(JOB, List.of(new Control.RunningTask(2, new NodeId("n2"), 1, true, 5_000)));
        Visitor vera = dashboard.visitor("vera");

        assertThat(vera.page("/jobs/1/tasks?state=running"))
                .contains("id=\"task-2\"")
                .contains("pi02")
                .doesNotContain("id=\"task-1\"");
        dashboard.control.leaderless = true;
        assertThat(vera.page("/jobs/1/tasks?state=running")).contains("No task is like that");
    }

    @Test
    void taskShowsItsAttemptsAndTheWayToOthersThatFailed() {
        dashboard.bramble.succeed(JOB, 2, inline("done"), List.of());
        dashboard.bramble.fail(JOB, 0, "pi01", "exit code 1", "");
        dashboard.bramble.fail(JOB, 4, "pi02", "exit code 1", "");
        String page = dashboard.visitor("vera").page("/jobs/1/tasks/2");

        assertThat(page).contains("timed out").contains("lost, costs no try").contains("this one counts");
        assertThat(page).contains("href=\"/jobs/1/tasks/0\"").contains("href=\"/jobs/1/tasks/4\"");
        assertThat(page).contains("id=\"previous-failed\"").contains("id=\"next-failed\"");
        assertThat(dashboard.visitor("vera").page("/jobs/1/tasks/0")).doesNotContain("id=\"previous-failed\"");
        assertThat(dashboard.visitor("vera").get("/jobs/1/tasks/99").status()).isEqualTo(404);
        assertThat(dashboard.visitor("vera").get("/jobs/1/tasks/x").status()).isEqualTo(404);
        assertThat(dashboard.visitor("vera").page("/jobs/1/tasks/reduce")).contains("Reduce");
    }

    @Test
    void picturesAndTextsAreShownAndPagesNever() {
        dashboard.bramble.succeed(
                JOB,
                0,
                inline("x"),
                List.of(
                        file("plots/a b.png", png(3, 2)),
                        file("notes.txt", bytes("<b>two</b> lines")),
                        file("evil.svg", bytes("<svg onload=alert(1)>")),
                        file("evil.txt", bytes("<!DOCTYPE html><script>alert(1)</script>")),
                        file("data.bin", new byte[] {0, 1, 2})));
        String page = dashboard.visitor("ada").page("/jobs/1/tasks/0");

        assertThat(page).contains("/pictures/plots/a%20b.png").contains("&lt;b&gt;two&lt;/b&gt; lines");
        assertThat(page).contains("evil.svg").doesNotContain("onload").doesNotContain("DOCTYPE html>&lt;script");
        assertThat(page).doesNotContain("alert(1)");
        assertThat(dashboard.visitor("bob").page("/jobs/1/tasks/0"))
                .doesNotContain("notes.txt")
                .doesNotContain("two");
    }

    @Test
    void onlyWhatIsAPictureByItsBytesIsSentAsOne() {
        dashboard.bramble.succeed(
                JOB,
                0,
                inline("x"),
                List.of(
                        file("a.png", png(3, 2)),
                        file("bomb.png", png(60_000, 60_000)),
                        file("page.png", bytes("<html><script>alert(1)</script> padded to some length"))));
        Visitor ada = dashboard.visitor("ada");
        Visitor.Seen picture = ada.get("/api/v1/jobs/1/tasks/0/pictures/a.png");

        assertThat(picture.status()).isEqualTo(200);
        assertThat(picture.header("Content-Type")).isEqualTo("image/png");
        assertThat(picture.header("Content-Security-Policy")).contains("sandbox");
        assertThat(picture.response().body()).isEqualTo(png(3, 2));
        assertThat(ada.get("/api/v1/jobs/1/tasks/0/pictures/bomb.png").status()).isEqualTo(409);
        assertThat(ada.get("/api/v1/jobs/1/tasks/0/pictures/page.png").status()).isEqualTo(409);
        assertThat(dashboard
                        .visitor("bob")
                        .get("/api/v1/jobs/1/tasks/0/pictures/a.png")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void logIsEscapedSearchedAndOnlyTheOwners() {
        dashboard.bramble.logs.put(
                Control.LogStream.STDOUT, bytes("epoch 1\n\u001b[31mLoss\u001b[0m <b>0.5</b>\nepoch 2\nloss 0.4\n"));
        Visitor ada = dashboard.visitor("ada");

        assertThat(ada.page("/jobs/1/tasks/0/log"))
                .contains("Loss &lt;b&gt;0.5&lt;/b&gt;")
                .doesNotContain("[31m");
        assertThat(ada.page("/jobs/1/tasks/0/log?find=LOSS"))
                .contains("2 lines have")
                .contains("loss 0.4")
                .doesNotContain("epoch");
        assertThat(ada.page("/jobs/1/tasks/0/log?find=%3Cscript%3E")).contains("No line has “&lt;script&gt;”");
        assertThat(dashboard.visitor("bob").get("/jobs/1/tasks/0/log").status()).isEqualTo(403);
    }

    @Test
    void archiveHasWhatEveryTaskLeftAndSaysWhatIsMissing(@TempDir Path folder) throws Exception {
        String longName = "deep/".repeat(30) + "ümlaut.txt";
        dashboard.bramble.succeed(
                JOB, 0, inline("zero\n"), List.of(file(longName, bytes("long")), file("a.bin", new byte[1000])));
        dashboard.bramble.succeed(JOB, 3, new Output.Stored(new BlobId("ab".repeat(32)), 5, List.of(), ""), List.of());
        byte[] tar = dashboard.get("ada", "/jobs/1/files.tar").bytes();

        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        Process process = new ProcessBuilder("tar", "-x", "-C", unpacked.toString()).start();
        try (var in = process.getOutputStream()) {
            new ByteArrayInputStream(tar).transferTo(in);
        }
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        process.getErrorStream().transferTo(complaints);
        assertThat(process.waitFor())
                .as(complaints.toString(StandardCharsets.UTF_8))
                .isZero();
        assertThat(unpacked.resolve("0/stdout")).hasContent("zero\n");
        assertThat(unpacked.resolve("0/" + longName)).hasContent("long");
        assertThat(unpacked.resolve("0/a.bin")).hasSize(1000);
        assertThat(unpacked.resolve("MISSING.txt")).content().startsWith("3/stdout: no node");
    }
}
