package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.util.regex.Pattern;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In order: the layout that the first writes is what the others look at. */
@ExtendWith(Stage.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RackBrowserTest {
    @Test
    @Order(1)
    void rackIsAddedABoardIsMovedAndATextWithAMistakeIsKept(Stage stage) {
        try (Visit visit = stage.phone()) {
            visit.open("/topology").look("topology-without-layout");
            visit.page().click("#edit");
            visit.page().fill("#make-name", "desk");
            visit.page().click("#make-save");
            assertThat(visit.page().locator("#notice")).hasText("The rack desk is added.");
            visit.look("topology-edit");
            visit.page().selectOption("#put-node", "node2");
            visit.page().selectOption("#put-place", "0.1.3");
            visit.page().click("#put-save");
            assertThat(visit.page().locator("#notice")).hasText("node2 is in desk, shelf 2, slot 4 now.");
            visit.page().fill("#document", "racks:\n  - {nam: desk}\n");
            visit.page().click("#document-save");
            assertThat(visit.page().locator("#said")).containsText("line 2");
            assertThat(visit.page().locator("#document")).hasValue("racks:\n  - {nam: desk}\n");
            visit.forgive("422");
            visit.look("topology-edit-mistake");
        }
    }

    @ParameterizedTest
    @Order(2)
    @CsvSource({"DESK, LIGHT", "DESK, DARK", "PHONE, LIGHT", "PHONE, DARK"})
    void topologyFailuresAndEventsAreThereForEverybody(Visit.Size size, ColorScheme scheme, Stage stage) {
        try (Visit visit = stage.visit(size, scheme)) {
            visit.open("/topology?show=temperature&board=node2");
            assertThat(visit.page().locator("#link-words")).hasText("live");
            assertThat(visit.page().locator("#board")).containsText("desk, shelf 2, slot 4");
            visit.look("topology");
            visit.open("/failures").look("failures");
            visit.open("/events").look("events");
            visit.page().click("#events .event:last-child .about a.soft");
            visit.look("event");
        }
    }

    @Test
    @Order(3)
    void killedAgentIsSeenInItsSlotAndAmongTheFailuresUntilItIsBack(Stage stage) {
        try (Visit rack = stage.desk();
                Visit failures = stage.phone()) {
            rack.open("/topology");
            failures.open("/failures");
            assertThat(failures.page().locator("#link-words")).hasText("live");
            stage.bramble().leaveDead();
            try {
                stage.bramble().kill("node3");
                assertThat(failures.page().locator("#failures-line")).hasText(Pattern.compile("1 failure is not over"));
                assertThat(failures.page().locator("#incidents .incident").first())
                        .hasText(Pattern.compile("node3 was lost"));
                failures.look("failures-node-down");
            } finally {
                stage.bramble().revive();
            }
            assertThat(failures.page().locator("#failures-line")).hasText(Pattern.compile("Nothing is failing now"));
            assertThat(rack.page().locator("#member-node3")).hasText(Pattern.compile("ms|unknown"));
            failures.look("failures-over");
        }
    }
}
