package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.bramble.dashboard.real.PluggedAgent;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Boards that come, go out of service and come back. */
@ExtendWith(Stage.class)
class ServiceBrowserTest {
    private static final int RELOADS_MAX = 600;

    private static void awaitInService(Page page) {
        assertThat(page.locator("#out")).hasText(Pattern.compile("Every board is in service"));
    }

    @Test
    void boardIsDrainedAndReturnedWithoutAnyScript(Stage stage) {
        try (Visit visit = stage.withoutScripts()) {
            Page page = visit.open("/nodes").page();
            page.locator("#node-node2 a").first().click();
            page.locator("#drain-open").click();
            page.fill("#reason", "new card");
            page.click("#preview");
            assertThat(page.locator("#forecast")).containsText("safe to unplug");
            assertThat(page.locator("#reason")).hasValue("new card");
            page.click("#drain");
            if (page.locator("#mistakes").count() > 0) {
                // It would cost something, and says so before it is ordered.
                page.click("#drain");
            }
            assertThat(page.locator("#notice")).containsText("The drain of node2 is ordered");
            awaitByReload(visit, page.locator("#drain-now .plug"), "Safe to unplug");
            assertThat(page.locator("#drain-now .checks")).containsText("No process of a task is left.");
            visit.picture("drained-without-scripts");
            page.click("#return-node2");
            assertThat(page.locator("#notice")).containsText("node2 takes work again");
            visit.open("/maintenance");
            awaitByReload(visit, page.locator("#out"), "Every board is in service");
        }
    }

    /** A page says by itself what is there now whenever it is loaded anew. */
    private static void awaitByReload(Visit visit, Locator place, String text) {
        for (int i = 0; i < RELOADS_MAX && !place.first().textContent().contains(text); i++) {
            visit.again();
        }
        assertThat(place.first()).containsText(text);
    }

    @Test
    void roundGoesOverTwoBoards(Stage stage) {
        try (Visit visit = stage.desk()) {
            Page page = visit.open("/maintenance/new").page();
            page.check("#take-node3");
            page.check("#take-node4");
            page.fill("#reason", "new fans");
            page.click("#drain");
            if (page.locator("#mistakes").count() > 0) {
                page.click("#drain");
            }
            visit.open("/maintenance");
            assertThat(page.locator("#out-node3 .plug")).hasText("Safe to unplug");
            assertThat(page.locator("#out-node4 .plug")).hasText("Safe to unplug");
            visit.lookEverywhere("round-drained");
            page.click("#return-node3");
            assertThat(page.locator("#notice")).containsText("node3 takes work again");
            page.click("#return-node4");
            awaitInService(page);
        }
    }

    @Test
    void boardThatIsToRebootDoesSoAndComesBackByItself(Stage stage) {
        try (Visit visit = stage.phone()) {
            long before = stage.bramble().pid("node4");
            Page page = visit.open("/nodes/node4/drain").page();
            page.check("#then-reboot");
            assertThat(page.locator("#forecast")).containsText("Rebooted and back at work");
            page.fill("#reason", "new kernel");
            page.click("#drain");
            if (page.locator("#mistakes").count() > 0) {
                page.click("#drain");
            }
            assertThat(page.locator("#notice")).containsText("The drain of node4 is ordered");
            stage.bramble().await("the board has booted anew", () -> {
                long now = stage.bramble().pid("node4");
                return now > 0 && now != before;
            });
            visit.open("/maintenance");
            awaitInService(page);
            visit.open("/nodes");
            assertThat(page.locator("#node-node4 .badge").first()).hasText("ready");
        }
    }

    @Test
    void boardThatWaitsIsAdmittedOnceItsCodeIsTheOneOnTheBoard(Stage stage, @TempDir Path temporary) throws Exception {
        Pattern shown = Pattern.compile("`bramble admit (\\d{6})`");
        try (Visit visit = stage.phone();
                PluggedAgent board =
                        new PluggedAgent(stage.bramble(), temporary.resolve("newcomer"), "newcomer").start()) {
            Page page = visit.open("/nodes").page();
            stage.bramble()
                    .await(
                            "the board shows a code",
                            () -> shown.matcher(board.said()).find());
            Matcher code = shown.matcher(board.said());
            Assertions.assertThat(code.find()).isTrue();
            assertThat(page.locator("#joining .code")).hasText(Pattern.compile("\\d{3} \\d{3}"));
            Assertions.assertThat(page.locator("#joining .code").textContent().replaceAll("\\s", ""))
                    .isEqualTo(code.group(1));
            visit.lookEverywhere("nodes-joining");
            page.click("#joining form[action$='/admit'] button");
            assertThat(page.locator("#notice")).containsText("newcomer is admitted");
            assertThat(page.locator("#node-newcomer .badge").first()).hasText("ready");
        }
        Assertions.assertThat(stage.bramble().forget("newcomer")).isZero();
    }
}
