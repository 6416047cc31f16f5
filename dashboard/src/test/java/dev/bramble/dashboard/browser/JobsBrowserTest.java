package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
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
    private static final LocatorAssertions.HasTextOptions PATIENTLY =
            new LocatorAssertions.HasTextOptions().setTimeout(60_000);

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
            assertThat(page.locator("#job-head .states .badge").first()).hasText("succeeded", PATIENTLY);
            assertThat(page.locator("#grid-readout")).hasText(Pattern.compile("Task 0: succeeded.*"), PATIENTLY);
            page.focus("#grid-canvas");
            page.keyboard().press("End");
            assertThat(page.locator("#grid-readout")).hasText(Pattern.compile("The reduce: succeeded.*"), PATIENTLY);
            visit.look("job");
            page.click("#as-table");
            assertThat(page.locator("#plot-said")).hasText(Pattern.compile("32 tasks: result from .*"), PATIENTLY);
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
            assertThat(page.locator("#file-list .name")).hasText("rows.txt", PATIENTLY);
            page.fill("#command", "test {line} != bad");
            page.selectOption("#kind", "lines");
            page.fill("#tasks", "rows.txt");
            page.click("#submit");
            assertThat(page.locator("#job-head .states .badge").first()).hasText("failed", PATIENTLY);
            visit.open("/jobs");
            page.locator("text=What went wrong").first().click();
            assertThat(page.locator("#failures")).containsText("exit code 1");
            visit.look("job-failed");
        }
    }
}
