package dev.bramble.dashboard.topology;

import dev.bramble.control.Control;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.UserRole;
import java.util.concurrent.CompletionStage;

/** Where an operator writes down where boards stand. It stands still: nothing that is typed may change by itself. */
public final class EditPage {
    static final String PATH = "/topology/edit";

    private EditPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.TOPOLOGY, UserRole.OPERATOR, EditPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        String place = request.query("place").orElse("");
        return control.read(0, views -> content(EditModel.of(views, place)));
    }

    static Content content(EditModel it) {
        return Content.of("Edit the layout", "topology/edit", it);
    }
}
