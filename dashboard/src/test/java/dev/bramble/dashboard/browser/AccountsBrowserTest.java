package dev.bramble.dashboard.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Stage.class)
class AccountsBrowserTest {
    private static final String PASSWORD = "four words make one";

    /** Which of its tests comes first is nobody's business: the account is there afterwards. */
    private static void ensureGrace(Stage stage) {
        try (Visit visit = stage.stranger(Visit.Size.PHONE, ColorScheme.DARK)) {
            Page page = visit.open("/setup").page();
            if (page.url().endsWith("/login")) {
                return;
            }
            visit.lookEverywhere("setup");
            page.fill("#code", "aaaa-bbbb-cccc-dddd");
            page.fill("#user", "grace");
            page.fill("#password", PASSWORD);
            page.fill("#again", PASSWORD);
            page.click("#make");
            assertThat(page.locator("#problem")).containsText("The setup code is wrong");
            assertThat(page.locator("#user")).hasValue("grace");
            visit.lookEverywhere("setup-refused");
            page.fill("#code", stage.bramble().setupCode());
            page.fill("#password", PASSWORD);
            page.fill("#again", PASSWORD);
            page.click("#make");
            assertThat(page.locator("#verdict")).isVisible();
            visit.open("/setup");
            assertThat(page).hasURL(stage.bramble().url() + "/login");
            visit.forgive("status of 4");
        }
    }

    @Test
    void firstAdminIsMadeWithTheCodeOnceAndLogsInWithNameAndPassword(Stage stage) {
        ensureGrace(stage);
        try (Visit visit = stage.stranger(Visit.Size.DESK, ColorScheme.LIGHT)) {
            Page page = visit.open("/audit").lookEverywhere("login").page();
            page.fill("#user", "grace");
            page.fill("#password", "a wrong password");
            page.click("#login");
            assertThat(page.locator("#problem")).containsText("name or the password is wrong");
            visit.lookEverywhere("login-refused");
            page.fill("#password", PASSWORD);
            page.click("#login");
            assertThat(page).hasURL(stage.bramble().url() + "/audit");
            assertThat(page.locator("#records")).containsText("set up the bramble as its first admin");
            visit.forgive("status of 4");
        }
    }

    @Test
    void accountsTokensSettingsAndTheTrailAreLookedAfterOnPages(Stage stage) {
        ensureGrace(stage);
        try (Visit visit = stage.desk()) {
            visit.open("/settings/users");
            visit.page().fill("#user", "ada");
            visit.page().selectOption("#role", "operator");
            visit.page().fill("#password", "short");
            visit.page().click("#add");
            assertThat(visit.page().locator("#problem")).containsText("shorter than 12 characters");
            assertThat(visit.page().locator("#user")).hasValue("ada");
            visit.page().fill("#password", PASSWORD);
            visit.page().click("#add");
            assertThat(visit.page().locator("#notice")).containsText("The account of ada is made");
            visit.look("users");
            visit.page().click("#change-ada");
            visit.look("users-change");
            visit.page().click("#switch-ada");
            assertThat(visit.page().locator("#user-ada")).containsText("disabled");

            visit.open("/account").page().fill("#note", "the build machine");
            visit.page().selectOption("#role", "submitter");
            visit.page().check("#own");
            visit.page().click("#make-token");
            assertThat(visit.page().locator("#new-token-text")).hasValue(java.util.regex.Pattern.compile("bramble_.*"));
            assertThat(visit.page().locator("#tokens")).containsText("the build machine");
            visit.look("account");

            visit.open("/settings").page().fill("#value-blobs-heal-after", "a while");
            visit.page().click("#set-blobs-heal-after");
            assertThat(visit.page().locator("#problem")).containsText("cannot be 'a while'");
            assertThat(visit.page().locator("#value-blobs-heal-after")).hasValue("a while");
            visit.page().fill("#value-blobs-heal-after", "40s");
            visit.page().click("#set-blobs-heal-after");
            assertThat(visit.page().locator("#setting-blobs-heal-after")).containsText("set by admin");
            visit.look("settings");

            visit.open("/audit?text=heal-after").look("audit");
            assertThat(visit.page().locator("#records")).containsText("set blobs.heal-after to 40000");
            visit.forgive("422");
        }
        try (Visit visit = stage.phone()) {
            for (String page : new String[] {"account", "settings", "audit", "settings/users"}) {
                visit.open("/" + page).look(page.replace('/', '-'));
            }
        }
    }
}
