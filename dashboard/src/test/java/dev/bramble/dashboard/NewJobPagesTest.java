package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.model.JobSpec;
import dev.bramble.model.TaskSource;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Writing a job on a page, without any script. */
class NewJobPagesTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private final Visitor ada = dashboard.visitor("ada");

    private static String multipart(String fields, String name, String content) {
        return fields + "--x\r\nContent-Disposition: form-data; name=\"add\"; filename=\"" + name + "\"\r\n\r\n"
                + content + "\r\n--x--\r\n";
    }

    private static String field(String name, String value) {
        return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    private Visitor.Seen send(String body) {
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
        Visitor.Seen answer = ada.post(
                "/jobs/new",
                Visitor.form(
                        "do",
                        "check",
                        "as",
                        "command",
                        "command",
                        "train.py {lr}",
                        "kind",
                        "grid",
                        "tasks",
                        "lr: 1, 2"));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text())
                .contains("2 tasks would be submitted")
                .contains("train.py 1")
                .contains("All 2 nodes can run it, 8 tasks at once")
                .contains("value=\"train.py {lr}\"");
        assertThat(dashboard.bramble.jobs).isEmpty();
    }

    @Test
    void jobThatNoNodeCanRunIsSaidBeforeItIsSubmitted() {
        String answer = ada.post(
                        "/jobs/new",
                        Visitor.form(
                                "do",
                                "check",
                                "as",
                                "file",
                                "text",
                                "command: [a]\nneeds: {cpus: 9, labels: {gpu: x}}\n"))
                .text();

        assertThat(answer)
                .contains("No node can run it now")
                .contains("pi01 has 4 cores for tasks, and a task needs 9");
    }

    @Test
    void everyMistakeStandsBesideItsLineAndNothingTypedIsLost() {
        String text = "comand: [a]\ntasks: {count: none}\nneeds: {cpus: <b>}\n";
        Visitor.Seen answer = ada.post("/jobs/new", Visitor.form("do", "submit", "as", "file", "text", text));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.html())
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
        Visitor.Seen uploaded = send(multipart(fields, "rows.txt", "one\r\ntwo\nthree"));
        String page = uploaded.text();

        assertThat(uploaded.status()).as(page).isEqualTo(200);
        assertThat(page).contains("Uploaded: rows.txt").contains("3 lines").contains("value=\"cat {line}\"");
        Visitor.Seen done = ada.post(
                "/jobs/new",
                Visitor.form(
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
        assertThat(done.status()).as(done.text()).isEqualTo(303);
        assertThat(done.location()).endsWith("/jobs/1");
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
        Visitor.Seen answer = send(multipart(
                field("as", "file") + field("text", "command: [keep-this]") + field("do", "submit"), "a", "too much"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("too many bytes").contains("command: [keep-this]");
        assertThat(dashboard.bramble.jobs).isEmpty();
    }

    @Test
    void fileOfSomebodyElseIsNotThereForTheCheck() {
        dashboard
                .visitor("bob")
                .post(
                        "/jobs/new",
                        "multipart/form-data; boundary=x",
                        BodyPublishers.ofString(multipart(field("do", "upload"), "b.txt", "bob's")));
        String stolen = dashboard.bramble.blobs.keySet().iterator().next().sha256() + " 5 1 0 file b.txt";
        Visitor.Seen answer = ada.post(
                "/jobs/new",
                Visitor.form("do", "check", "as", "command", "command", "cat b.txt", "tasks", "1", "file", stolen));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.text()).contains("not yours: upload it again");
    }

    @Test
    void sameFormTwiceIsOneJobAndAChangedOneIsAnother() {
        String first = Visitor.form("do", "submit", "as", "file", "text", "command: [a]", "key", "k-1");
        ada.post("/jobs/new", first);
        ada.post("/jobs/new", first);
        assertThat(dashboard.bramble.jobs).hasSize(1);

        ada.post("/jobs/new", Visitor.form("do", "submit", "as", "file", "text", "command: [b]", "key", "k-1"));
        assertThat(dashboard.bramble.jobs).hasSize(2);
    }

    @Test
    void jobIsSubmittedAgainWithWhatItWasGivenByItsOwnerAlone() {
        dashboard.submit("ada", 12, "");

        assertThat(ada.page("/jobs/new?from=1")).contains("tasks: {count: 12}").contains("name: sweep");
        assertThat(ada.page("/jobs/1/definition")).contains("tasks: {count: 12}");
        Visitor bob = dashboard.visitor("bob");
        assertThat(bob.get("/jobs/new?from=1").status()).isEqualTo(403);
        assertThat(bob.get("/jobs/1/definition").status()).isEqualTo(403);
        assertThat(dashboard.visitor("vera").get("/jobs/new").status()).isEqualTo(403);
    }

    @Test
    void everyExampleIsChecked() {
        assertThat(ada.page("/jobs/new?example=pi")).contains("π").contains("seed");
        assertThat(ada.page("/jobs/new?example=nothing")).contains("What each task runs");
    }
}
