package dev.bramble.dashboard.screen;

import dev.bramble.control.Control;
import dev.bramble.model.UserRole;
import java.util.concurrent.CompletionStage;

/** A page. Safe for many threads. */
public interface Screen {
    /** Where it is, in the form of Javalin's routes: {@code /nodes/{node}}. */
    String path();

    /** Which entry of the navigation is marked. */
    Section section();

    /** Who may see it. */
    default UserRole needed() {
        return UserRole.VIEWER;
    }

    /**
     * What it shows now; asked again every second while somebody looks, so it is quick and changes nothing. Fails with
     * a refusal when there is nothing to show.
     */
    CompletionStage<Content> load(Control control, ScreenRequest request);
}
