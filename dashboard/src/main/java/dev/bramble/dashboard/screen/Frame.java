package dev.bramble.dashboard.screen;

import dev.bramble.control.Knowledge;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.UserRole;
import java.util.List;

/**
 * What is around every page.
 *
 * @param bramble its name
 * @param title of the tab
 * @param url of this page on this head, with its query
 * @param theme light, dark, or auto for the visitor's own setting
 * @param notice what a form did before; may be empty
 * @param secret of that form, to be copied now; mostly empty
 * @param isTypedInto whether loading it anew would lose what somebody types
 * @param live where this page's changes come from; empty when it stands still
 */
public record Frame(
        String bramble,
        String title,
        String url,
        String user,
        UserRole role,
        Section section,
        String theme,
        String notice,
        String secret,
        boolean isTypedInto,
        String live,
        List<String> scripts,
        Status status,
        String version) {

    /**
     * How old what this page shows is.
     *
     * @param word of the icon and the colour
     */
    public record Status(String word, String text) {
        static Status of(Views.Summary summary) {
            if (summary.behindMillis() < 0) {
                return new Status("trouble", "this head is cut off: all here may be old");
            }
            // Until then a leader may just be silent for a moment.
            if (Knowledge.isOld(summary.behindMillis())) {
                return new Status("attention", Shown.time(summary.behindMillis()) + " old");
            }
            return summary.leader().isEmpty()
                    ? new Status("attention", "up to date, no leader now")
                    : new Status("well", "up to date");
        }
    }

    /** The entries of the navigation that this visitor may follow. */
    public List<Section> sections() {
        return Section.of(role);
    }

    /** In words. */
    public String roleWord() {
        return Words.of(role);
    }

    /** For templates: whether the visitor may do what needs this role. */
    public boolean may(String roleWord) {
        return Words.read(UserRole.class, roleWord).map(role::includes).orElse(false);
    }
}
