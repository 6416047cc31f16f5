package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Stage.class)
class AboutBrowserTest {
    @Test
    void aboutIsReadAndTheChosenColoursStay(Stage stage) {
        try (Visit visit = stage.desk()) {
            visit.open("/about").look("about");
            assertThat(visit.page().locator("#main")).containsText("uplot");
            visit.page().click("#account-open");
            visit.page().click("#theme-dark");
            assertThat(visit.page()).hasURL(stage.bramble().url() + "/about");
            assertThat(visit.page().locator("html")).hasAttribute("data-theme", "dark");
            visit.open("/").look("overview-dark-by-choice");
            assertThat(visit.page().locator("html")).hasAttribute("data-theme", "dark");
        }
    }
}
