package dev.bramble.dashboard.screen;

import dev.bramble.control.Control;
import dev.bramble.model.UserRole;
import java.util.concurrent.CompletionStage;

/**
 * A page.
 *
 * @param path where it is, in the form of Javalin's routes: {@code /nodes/{node}}
 * @param section which entry of the navigation is marked
 * @param needed who may see it
 * @param loader what it shows
 */
public record Screen(String path, Section section, UserRole needed, Loader loader) {
    /** Says what a page shows. Safe for many threads. */
    @FunctionalInterface
    public interface Loader {
        /**
         * What it shows now; asked again every second while somebody looks, so it is quick and changes nothing. Fails
         * with a refusal when there is nothing to show.
         */
        CompletionStage<Content> load(Control control, ScreenRequest request);
    }

    /** A page that everybody may see who is logged in. */
    public Screen(String path, Section section, Loader loader) {
        this(path, section, UserRole.VIEWER, loader);
    }
}
