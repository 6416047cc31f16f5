package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Stage.class)
class AlertsBrowserTest {
    @Test
    void ruleIsMutedAndHeardOfAgain(Stage stage) {
        try (Visit visit = stage.desk()) {
            visit.open("/alerts");
            visit.page().selectOption("#rule", "under-voltage");
            visit.page().fill("#hours", "3");
            visit.page().fill("#reason", "the supply comes tomorrow");
            visit.page().click("#mute");
            assertThat(visit.page().locator("#notice")).containsText("Nobody is told of under-voltage for 3 h.");
            assertThat(visit.page().locator("#main")).containsText("the supply comes tomorrow");
            visit.look("alerts");
            visit.page().click("#unmute-under-voltage");
            assertThat(visit.page().locator("#main")).containsText("Nothing is muted");
        }
    }

    @Test
    void testMessageSaysWhatToConfigure(Stage stage) {
        try (Visit visit = stage.phone()) {
            visit.open("/alerts");
            visit.page().click("#test");
            assertThat(visit.page().locator("#notice")).containsText("alert_webhook");
            visit.look("alerts");
        }
    }
}
