package dev.bramble.dashboard.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.bramble.dashboard.real.LocalProcesses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A real bramble of four agents and Chromium before it, once for all classes that have {@code @ExtendWith(Stage.class)}
 * and ask for a {@code Stage}. Classes come one after the other; each leaves the bramble well, with whatever jobs and
 * events it made.
 */
public final class Stage implements ParameterResolver, AutoCloseable {
    /** Debian's. Tests are skipped without it; `./bramble test` sets it up. */
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

    /** No connection to anywhere but the head, and no sandbox: in a container there is none to be had. */
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    /** What a page is awaited to show: a real bramble takes its time. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Stage.class);

    private Path temporary;
    private LocalProcesses bramble;
    private Playwright playwright;
    private Browser browser;

    private static Stage begin() {
        assumeTrue(Files.isExecutable(CHROMIUM), "no browser: install Debian's chromium");
        Stage stage = new Stage();
        try {
            stage.temporary = Files.createTempDirectory("bramble-browser");
            stage.bramble = new LocalProcesses(
                    stage.temporary.resolve("bramble"),
                    LocalProcesses.freePort(),
                    List.of("--nodes", "4", "--voters", "3", "--cpus", "2"));
            stage.bramble.start();
            stage.bramble.await(
                    "all nodes are up",
                    () -> stage.bramble.read("/bramble").get("nodesUp").asInt() >= 4);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        stage.playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        stage.browser = stage.playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setHeadless(true)
                        .setArgs(ARGUMENTS));
        return stage;
    }

    public LocalProcesses bramble() {
        return bramble;
    }

    /** Somebody at a desk, by day. */
    public Visit desk() {
        return visit(Visit.Size.DESK, ColorScheme.LIGHT);
    }

    /** Somebody before the rack, in the dark. */
    public Visit phone() {
        return visit(Visit.Size.PHONE, ColorScheme.DARK);
    }

    public Visit visit(Visit.Size size, ColorScheme scheme) {
        return new Visit(this, size, scheme, true).logIn();
    }

    /** Somebody who is not logged in. */
    Visit stranger(Visit.Size size, ColorScheme scheme) {
        return new Visit(this, size, scheme, true);
    }

    /** Somebody whose browser runs no scripts. */
    Visit withoutScripts() {
        return new Visit(this, Visit.Size.PHONE, ColorScheme.LIGHT, false).logIn();
    }

    Browser browser() {
        return browser;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Stage.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).computeIfAbsent(Stage.class, first -> begin(), Stage.class);
    }

    @Override
    public void close() throws IOException {
        if (temporary == null) {
            return;
        }
        playwright.close();
        bramble.close();
        try (var files = Files.walk(temporary)) {
            for (Path path : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
        assertThat(temporary).doesNotExist();
    }
}
