package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Stage.class)
class NodesBrowserTest {
    @ParameterizedTest
    @CsvSource({"DESK, LIGHT", "DESK, DARK", "PHONE, LIGHT", "PHONE, DARK"})
    void pagesOfNodesAndMaintenanceAreThereForEverybody(Visit.Size size, ColorScheme scheme, Stage stage) {
        try (Visit visit = stage.visit(size, scheme)) {
            visit.open("/nodes");
            assertThat(visit.page().locator("#node-list tbody tr")).hasCount(5);
            visit.look("nodes");
            visit.open("/nodes/node2").look("node");
            visit.open("/nodes/node2/tasks").look("node-tasks");
            visit.open("/nodes/node2/drain").look("drain-dialog");
            visit.open("/maintenance").look("maintenance");
            visit.open("/maintenance/new").look("round");
            visit.open("/shutdown").look("shutdown");
        }
    }

    @Test
    void boardIsDrainedWithPreviewUntilItIsSafeToUnplugAndReturns(Stage stage) {
        try (Visit visit = stage.phone()) {
            Page page = visit.open("/nodes/node3").page();
            page.locator("#drain-open").click();
            assertThat(page.locator("#forecast")).containsText("No deadline is at risk");
            page.locator("#then-resume").check();
            assertThat(page.locator("#forecast")).containsText("at work again at once");
            page.locator("#then-stay").check();
            assertThat(page.locator("#forecast")).containsText("safe to unplug");
            visit.lookEverywhere("drain-preview");
            page.locator("#reason").fill("new fan");
            page.locator("#drain").click();
            assertThat(page.locator("#notice")).containsText("The drain of node3 is ordered");
            assertThat(page.locator("#drain-now .plug")).hasText("Safe to unplug");
            assertThat(page.locator("#drain-now .checks")).containsText("No process of a task is left.");
            assertThat(page.locator("#drain-now .checks")).containsText("All outcomes are recorded.");
            visit.lookEverywhere("drained");
            visit.open("/maintenance");
            assertThat(page.locator("#out-node3 .plug")).hasText("Safe to unplug");
            visit.lookEverywhere("maintenance-drained");
            page.locator("#return-node3").click();
            assertThat(page.locator("#notice")).containsText("node3 takes work again");
            assertThat(page.locator("#out"))
                    .containsText(
                            "Every board is in service",
                            new LocatorAssertions.ContainsTextOptions().setTimeout(60_000));
        }
    }

    @Test
    void cordonIsSeenAtOnceOnAnotherPageThatNobodyTouches(Stage stage) {
        try (Visit other = stage.desk();
                Visit visit = stage.desk()) {
            other.open("/nodes");
            visit.open("/nodes/node4");
            visit.page().locator("#cordon-open").click();
            visit.page().locator("#cordon-reason").fill("noisy fan");
            visit.page().locator("#cordon").click();
            assertThat(other.page().locator("#node-node4 .badge").first()).hasText("cordoned");
            assertThat(other.page().locator("#node-node4")).containsText("Noisy fan");
            visit.page().locator("#return").click();
            assertThat(other.page().locator("#node-node4 .badge").first()).hasText("ready");
        }
    }
}
