package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Stage.class)
class PlanBrowserTest {
    @Test
    void whatIsTypedIsPlannedAndStaysInTheAddress(Stage stage) {
        try (Visit visit = stage.desk()) {
            visit.open("/plan");
            visit.page().fill("#nodes", "16");
            visit.page().fill("#rate", "40");
            visit.page().fill("#rate-nodes", "4");
            visit.page().selectOption("#power", "poe");
            visit.page().click("#compute");
            assertThat(visit.page().locator("#work")).containsText("16 boards should do 160 of your tasks a second");
            assertThat(visit.page().locator("#compared")).containsText("GFLOPS per watt");
            assertThat(visit.page().locator("#nodes")).hasValue("16");
            visit.look("plan");
        }
    }

    @Test
    void mistakesStandAboveTheForm(Stage stage) {
        try (Visit visit = stage.phone()) {
            visit.open("/plan?nodes=0&power=poo");
            assertThat(visit.page().locator("#trouble")).containsText("must be a number of boards from 1 to 100");
            assertThat(visit.page().locator("#trouble")).containsText("did you mean 'poe'");
            visit.look("plan-wrong");
            visit.open("/plan");
            visit.look("plan");
        }
    }
}
