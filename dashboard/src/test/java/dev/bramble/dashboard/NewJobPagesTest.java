package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.model.JobSpec;
import dev.bramble.model.TaskSource;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writing a job on a page, without any script. */
class NewJobPagesTest {
    private RunningDashboard dashboard;
    private PageVisitor ada;

    @BeforeEach
    void start() throws Exception {
        dashboard = new RunningDashboard();
        ada = new PageVisitor(dashboard, "ada");
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    private static String form(String... fields) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(fields[i])
                    .append('=')
                    .append(URLEncoder.encode(fields[i + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    private static String multipart(String fields, String name, String content) {
        return fields + "--x\r\nContent-Disposition: form-data; name=\"add\"; filename=\"" + name + "\"\r\n\r\n"
                + content + "\r\n--x--\r\n";
    }

    private static String field(String name, String value) {
        return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private HttpResponse<byte[]> send(String body) {
        return ada.post("/jobs/new", "multipart/form-data; boundary=x", BodyPublishers.ofString(body));
    }

    private static String kept(String page) {
        Matcher field = Pattern.compile("name=\"file\" value=\"([^\"]+)\"").matcher(page);
        assertThat(field.find()).as(page).isTrue();
        return field.group(1);
    }

    private JobSpec submitted() {
        return ((Action.SubmitJob) dashboard.control.acted.getLast()).spec();
    }

    @Test
    void checkSaysWhatWouldBeSubmittedAndSubmitsNothing() {
        HttpResponse<byte[]> answer = ada.post(
                "/jobs/new",
                form("do", "check", "as", "command", "command", "train.py {lr}", "kind", "grid", "tasks", "lr: 1, 2"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(PageVisitor.text(answer))
                .contains("2 tasks would be submitted")
                .contains("train.py 1")
                .contains("All 2 nodes can run it, 8 tasks at once")
                .contains("value=\"train.py {lr}\"");
        assertThat(dashboard.bramble.jobs).isEmpty();
    }

    @Test
    void jobThatNoNodeCanRunIsSaidBeforeItIsSubmitted() {
        String answer = PageVisitor.text(ada.post(
                "/jobs/new",
                form("do", "check", "as", "file", "text", "command: [a]\nneeds: {cpus: 9, labels: {gpu: x}}\n")));

        assertThat(answer)
                .contains("No node can run it now")
                .contains("pi01 has 4 cores for tasks, and a task needs 9");
    }

    @Test
    void everyMistakeStandsBesideItsLineAndNothingTypedIsLost() {
        String text = "comand: [a]\ntasks: {count: none}\nneeds: {cpus: <b>}\n";
        HttpResponse<byte[]> answer = ada.post("/jobs/new", form("do", "submit", "as", "file", "text", text));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(PageVisitor.text(answer))
                .contains("3 things are wrong with this job")
                .contains("did you mean &#39;command&#39;?")
                .contains("data-line=\"2\"")
                .contains("needs: {cpus: &lt;b&gt;}")
                .contains("comand: [a]\ntasks: {count: none}");
        assertThat(dashboard.control.acted).isEmpty();
    }

    @Test
    void fileComesWithTheFormIsShippedAndStaysWhenSomethingElseIsWrong() {
        String fields = field("as", "command")
                + field("command", "cat {line}")
                + field("kind", "lines")
                + field("tasks", "rows.txt")
                + field("do", "upload");
        HttpResponse<byte[]> uploaded = send(multipart(fields, "rows.txt", "one\r\ntwo\nthree"));
        String page = PageVisitor.text(uploaded);

        assertThat(uploaded.statusCode()).as(page).isEqualTo(200);
        assertThat(page).contains("Uploaded: rows.txt").contains("3 lines").contains("value=\"cat {line}\"");
        HttpResponse<byte[]> done = ada.post(
                "/jobs/new",
                form(
                        "do",
                        "submit",
                        "as",
                        "command",
                        "command",
                        "cat {line}",
                        "kind",
                        "lines",
                        "tasks",
                        "rows.txt",
                        "file",
                        kept(page)));
        assertThat(done.statusCode()).as(PageVisitor.text(done)).isEqualTo(303);
        assertThat(PageVisitor.location(done)).endsWith("/jobs/1");
        assertThat(((TaskSource.Lines) submitted().tasks()).count()).isEqualTo(3);
        assertThat(new String(
                        dashboard.bramble.blobs.get(
                                ((TaskSource.Lines) submitted().tasks()).file().blob()),
                        StandardCharsets.UTF_8))
                .isEqualTo("one\r\ntwo\nthree");
    }

    @Test
    void fileThatIsRefusedCostsNothingElseOfTheForm() {
        dashboard.bramble.uploadBytesLeft = 3;
        HttpResponse<byte[]> answer = send(multipart(
                field("as", "file") + field("text", "command: [keep-this]") + field("do", "submit"), "a", "too much"));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(PageVisitor.text(answer)).contains("too many bytes").contains("command: [keep-this]");
        assertThat(dashboard.bramble.jobs).isEmpty();
    }

    @Test
    void fileOfSomebodyElseIsNotThereForTheCheck() {
        new PageVisitor(dashboard, "bob")
                .post(
                        "/jobs/new",
                        "multipart/form-data; boundary=x",
                        BodyPublishers.ofString(multipart(field("do", "upload"), "b.txt", "bob's")));
        String stolen = dashboard.bramble.blobs.keySet().iterator().next().sha256() + " 5 1 0 file b.txt";
        HttpResponse<byte[]> answer = ada.post(
                "/jobs/new",
                form("do", "check", "as", "command", "command", "cat b.txt", "tasks", "1", "file", stolen));

        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(PageVisitor.text(answer)).contains("not yours: upload it again");
    }

    @Test
    void sameFormTwiceIsOneJobAndAChangedOneIsAnother() {
        String first = form("do", "submit", "as", "file", "text", "command: [a]", "key", "k-1");
        ada.post("/jobs/new", first);
        ada.post("/jobs/new", first);
        assertThat(dashboard.bramble.jobs).hasSize(1);

        ada.post("/jobs/new", form("do", "submit", "as", "file", "text", "command: [b]", "key", "k-1"));
        assertThat(dashboard.bramble.jobs).hasSize(2);
    }

    @Test
    void jobIsSubmittedAgainWithWhatItWasGivenByItsOwnerAlone() {
        dashboard.submit("ada", 12, "");

        assertThat(ada.page("/jobs/new?from=1")).contains("tasks: {count: 12}").contains("name: sweep");
        assertThat(ada.page("/jobs/1/definition")).contains("tasks: {count: 12}");
        PageVisitor bob = new PageVisitor(dashboard, "bob");
        assertThat(bob.get("/jobs/new?from=1").statusCode()).isEqualTo(403);
        assertThat(bob.get("/jobs/1/definition").statusCode()).isEqualTo(403);
        assertThat(new PageVisitor(dashboard, "vera").get("/jobs/new").statusCode())
                .isEqualTo(403);
    }

    @Test
    void everyExampleIsChecked() {
        assertThat(ada.page("/jobs/new?example=pi")).contains("π").contains("seed");
        assertThat(ada.page("/jobs/new?example=nothing")).contains("What each task runs");
    }
}
