package dev.bramble.dashboard.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Somebody with a browser of their own, logged in as admin or a stranger. Whatever the browser complains of meanwhile
 * (an error in a script, something that the policy forbids, a file that is not there) fails the test at its end.
 */
public final class Visit implements AutoCloseable {
    private static final Path PICTURES = Path.of("target/screenshots");
    /**
     * Somebody plugged in a network of this machine, which is none of the page's doing: Chromium breaks all requests.
     */
    private static final String NETWORK_CHANGED = "net::ERR_NETWORK_CHANGED";

    private static final List<String> ACCESSIBILITY = List.of("wcag2a", "wcag2aa", "wcag21aa", "wcag22aa");

    /** Of the window, in CSS pixels. */
    public enum Size {
        DESK(1280, 800),
        PHONE(390, 844);

        private final int width;
        private final int height;

        Size(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    private final Stage stage;
    private final Size size;
    private final ColorScheme scheme;
    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    /** @param hasScripts whether the browser runs any */
    Visit(Stage stage, Size size, ColorScheme scheme, boolean hasScripts) {
        this.stage = stage;
        this.size = size;
        this.scheme = scheme;
        this.context = stage.browser()
                .newContext(new Browser.NewContextOptions()
                        .setIgnoreHTTPSErrors(true) // the head's own certificate
                        .setViewportSize(size.width, size.height)
                        .setHasTouch(size == Size.PHONE)
                        .setJavaScriptEnabled(hasScripts)
                        .setColorScheme(scheme));
        this.page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
    }

    Visit logIn() {
        page.navigate(stage.bramble().url() + "/login");
        page.click("#other-way-open");
        page.fill("#token", stage.bramble().token());
        page.click("#login-with-token");
        page.waitForURL(url -> !url.contains("/login"));
        return this;
    }

    /** Leaves a picture alone: what axe needs is scripts. */
    void picture(String name) {
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(PICTURES.resolve(name + ".png")));
    }

    public Page page() {
        return page;
    }

    /** Opens a page of the head. */
    public Visit open(String path) {
        page.navigate(stage.bramble().url() + path);
        return this;
    }

    /**
     * Leaves a picture of the page as it is, and checks what can be checked of how it looks: everybody can use it
     * (axe), and nothing is cut off at the side.
     */
    public Visit look(String name) {
        return look(name, size, scheme);
    }

    /** The page as it is now at both sizes, by day and in the dark. */
    Visit lookEverywhere(String name) {
        for (Size each : Size.values()) {
            page.setViewportSize(each.width, each.height);
            for (ColorScheme light : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(light));
                look(name, each, light);
            }
        }
        page.setViewportSize(size.width, size.height);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        return this;
    }

    private Visit look(String name, Size at, ColorScheme light) {
        String shown = name + "-" + at.name().toLowerCase(Locale.ROOT) + "-"
                + light.name().toLowerCase(Locale.ROOT);
        picture(shown);
        assertThat(new AxeBuilder(page)
                        .withTags(ACCESSIBILITY).analyze().getViolations().stream()
                                .map(rule -> rule.getId() + ": " + rule.getHelp() + " "
                                        + rule.getNodes().stream()
                                                .map(node -> node.getHtml() + " " + node.getFailureSummary())
                                                .toList()))
                .as(shown)
                .isEmpty();
        assertThat((int) page.evaluate("document.documentElement.scrollWidth - innerWidth"))
                .as("pixels of %s that lie beside the window", shown)
                .isLessThanOrEqualTo(0);
        return this;
    }

    /** The same page once more, as somebody without scripts looks again. */
    public Visit again() {
        page.reload();
        return this;
    }

    /** Complaints that a test expects, since it had something go wrong. */
    public void forgive(String part) {
        complaints.removeIf(complaint -> complaint.contains(part));
    }

    @Override
    public void close() {
        context.close();
        forgive(NETWORK_CHANGED);
        assertThat(complaints).as("what the browser complained of").isEmpty();
    }
}
