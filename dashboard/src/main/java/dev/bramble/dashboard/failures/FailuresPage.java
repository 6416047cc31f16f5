package dev.bramble.dashboard.failures;

import dev.bramble.control.Control;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import java.util.concurrent.CompletionStage;

/** What went wrong and why. */
public final class FailuresPage {
    private static final String TEMPLATE = "failures/failures";

    private FailuresPage() {}

    public static Screen screen() {
        return new Screen(FailuresModel.PATH, Section.FAILURES, FailuresPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        FailuresModel.Wanted wanted = new FailuresModel.Wanted(
                request.query("node").orElse(""), request.query("job").orElse(""), (int)
                        request.number("page", 1, FailuresModel.PAGES_MAX, 1));
        return control.read(0, views -> content(FailuresModel.of(views, wanted)));
    }

    private static Content content(FailuresModel it) {
        return Content.of("Failures", TEMPLATE, it)
                .live(
                        Part.of("failures-head", TEMPLATE, "head", it.head()),
                        Part.list("groups", TEMPLATE, "groups", it, it.groups(), "group", group -> group.id()),
                        Part.list(
                                "incidents",
                                TEMPLATE,
                                "incidents",
                                it,
                                it.incidents(),
                                "incident",
                                row -> "incident-" + row.number()),
                        Part.of("presence", TEMPLATE, "presence", it.presence()));
    }
}
