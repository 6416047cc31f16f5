package dev.bramble.dashboard.about;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.page.Assets;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.Version;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Version, addresses and licences. */
public final class AboutPage {
    /**
     * What the page shows.
     *
     * @param ledger the bramble's own id, which tells it from others of the same name
     * @param api where programs find the description of the interface
     */
    public record About(
            String version, String bramble, String ledger, String revision, String api, List<Assets.Licence> others) {}

    private AboutPage() {}

    public static Screen screen() {
        return new Screen("/about", Section.ELSEWHERE, AboutPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        return control.read(0, views -> Content.of("About", "about/about", of(views.summary())));
    }

    private static About of(Views.Summary summary) {
        return new About(
                Version.current().text(),
                summary.name(),
                summary.ledger(),
                Shown.count(summary.revision()),
                Route.ROOT + "/openapi.yaml",
                Assets.licences());
    }
}
