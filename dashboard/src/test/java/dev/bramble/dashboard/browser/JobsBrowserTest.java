package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Stage.class)
class JobsBrowserTest {
    @ParameterizedTest
    @CsvSource({"DESK, LIGHT", "PHONE, DARK"})
    void exampleIsCheckedSubmittedSeenToEndAndLookedAt(Visit.Size size, ColorScheme scheme, Stage stage) {
        try (Visit visit = stage.visit(size, scheme)) {
            Page page = visit.page();
            visit.open("/jobs/new?example=pi").look("job-new");
            page.click("#check");
            assertThat(page.locator("#dry-run-title")).hasText("32 tasks and a reduce at the end would be submitted");
            visit.look("job-checked");
            page.click("#submit");
            assertThat(page.locator("#notice")).hasText(Pattern.compile("Job \\d+ is submitted"));
            assertThat(page.locator("#job-head .states .badge").first()).hasText("succeeded");
            assertThat(page.locator("#grid-readout")).hasText(Pattern.compile("Task 0: succeeded.*"));
            page.focus("#grid-canvas");
            page.keyboard().press("End");
            assertThat(page.locator("#grid-readout")).hasText(Pattern.compile("The reduce: succeeded.*"));
            visit.look("job");
            page.click("#as-table");
            assertThat(page.locator("#plot-said")).hasText(Pattern.compile("32 tasks: result from .*"));
            visit.look("job-tasks");
            page.click("#open-0");
            assertThat(page.locator("#tails pre")).hasText(Pattern.compile("[23]\\.\\d+\\s*"));
            visit.look("job-task");
        }
    }

    @Test
    void uploadedFileIsWorkedThroughLineByLineAndWhatWentWrongIsOneClickAway(Stage stage) {
        try (Visit visit = stage.desk()) {
            Page page = visit.open("/jobs/new").page();
            page.setInputFiles(
                    "#add",
                    new FilePayload("rows.txt", "text/plain", "one\ntwo\nbad\n".getBytes(StandardCharsets.UTF_8)));
            assertThat(page.locator("#file-list .name")).hasText("rows.txt");
            page.fill("#command", "test {line} != bad");
            page.selectOption("#kind", "lines");
            page.fill("#tasks", "rows.txt");
            page.click("#submit");
            assertThat(page.locator("#job-head .states .badge").first()).hasText("failed");
            visit.open("/jobs");
            page.locator("text=What went wrong").first().click();
            assertThat(page.locator("#failures")).containsText("exit code 1");
            visit.look("job-failed");
        }
    }

    @Test
    void logIsFollowedUntilItsTaskEnds(Stage stage) {
        try (Visit visit = stage.desk()) {
            Page page = visit.page();
            long job = stage.bramble()
                    .submit(
                            "followed",
                            "{\"name\": \"followed\", \"command\": [\"sh\", \"-c\","
                                    + " \"for i in $(seq 20); do echo line $i; sleep 1; done; echo the end\"]}");
            stage.bramble()
                    .await(
                            "the task runs",
                            () -> stage.bramble()
                                            .read("/jobs/" + job)
                                            .get("running")
                                            .asInt()
                                    == 1);
            visit.open("/jobs/" + job + "/tasks/0/log");
            assertThat(page.locator("#log")).hasText(Pattern.compile("line 1"));
            assertThat(page.locator("#log")).not().containsText("the end");
            assertThat(page.locator("#log")).hasText(Pattern.compile("line 1.*line 20.*the end\\s*", Pattern.DOTALL));
            visit.look("job-log");
        }
    }

    @Test
    void picturesAreShownAndPagesOfTasksNever(Stage stage) {
        String dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";
        String page = "<svg xmlns='http://www.w3.org/2000/svg'><script>document.title='owned'</script></svg>";
        long job = stage.bramble()
                .submit(
                        "pictures",
                        "{\"name\": \"pictures\", \"outputs\": [\"a.png\", \"b.html\", \"c.svg\"],"
                                + " \"command\": [\"sh\", \"-c\", \"echo " + dot
                                + " | base64 -d > a.png; echo \\\"" + page + "\\\" | tee b.html > c.svg\"]}");
        stage.bramble().awaitPhase(job, "succeeded");
        try (Visit visit = stage.desk()) {
            visit.open("/jobs/" + job + "/tasks/0");
            assertThat(visit.page().locator("#main")).containsText("b.html");
            assertThat(visit.page().locator("#main")).containsText("c.svg");
            assertThat(visit.page().locator("#main img")).hasCount(1);
            visit.page().locator("#main img").scrollIntoViewIfNeeded();
            visit.page().waitForFunction("document.querySelector('#main img').naturalWidth === 1");
            assertThat(visit.page().locator("iframe, object, embed")).hasCount(0);
            assertThat(visit.page()).not().hasTitle("owned");
            visit.look("job-task-files");
        }
    }
}
