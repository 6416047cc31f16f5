package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(Stage.class)
class OverviewBrowserTest {
    @ParameterizedTest
    @CsvSource({"DESK, LIGHT", "DESK, DARK", "PHONE, LIGHT", "PHONE, DARK"})
    void overviewIsThereForEverybody(Visit.Size size, ColorScheme scheme, Stage stage) {
        try (Visit visit = stage.visit(size, scheme)) {
            assertThat(visit.page().locator("#link-words")).hasText("live");
            assertThat(visit.page().locator("#nodes > li")).hasCount(5);
            visit.look("overview");
        }
    }

    @Test
    void jobIsSeenToBeginAndFinishOnAPageThatNobodyTouches(Stage stage) {
        try (Visit visit = stage.desk()) {
            assertThat(visit.page().locator("#link-words")).hasText("live");
            long job = stage.bramble()
                    .submit(
                            "seen",
                            "{\"name\": \"seen\", \"command\": [\"sleep\", \"0.2\"], \"tasks\": {\"count\": 20}}");
            assertThat(visit.page().locator("#job-" + job + " .progress"))
                    .hasText(Pattern.compile("20 of 20 tasks done"));
            assertThat(visit.page().locator("#job-" + job + " .badge").first()).hasText("succeeded");
        }
    }

    @Test
    void killedAgentIsSeenToGoAndToComeBack(Stage stage) {
        try (Visit visit = stage.phone()) {
            assertThat(visit.page().locator("#node-node4 .badge").first()).hasText("ready");
            stage.bramble().leaveDead();
            try {
                stage.bramble().kill("node4");
                assertThat(visit.page().locator("#node-node4 .badge").first()).hasText("down");
                visit.look("overview-node-down");
            } finally {
                stage.bramble().revive();
            }
            assertThat(visit.page().locator("#node-node4 .badge").first()).hasText("ready");
        }
    }
}
