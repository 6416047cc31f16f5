package dev.bramble.dashboard.accounts;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.UserRole;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Everybody who may log in. */
public final class UsersPage {
    static final String PATH = "/settings/users";

    private UsersPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.SETTINGS, UserRole.ADMIN, UsersPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        return control.read(0, views -> content(views, Form.EMPTY));
    }

    static Content content(Views views, Form form) {
        return Content.of(
                "Accounts",
                "accounts/users",
                new Users(views.users().stream().map(UserRow::of).toList(), form));
    }

    /** What a form said, and what is wrong with it. */
    public record Form(String problem, String user, String role) {
        static final Form EMPTY = new Form("", "", Words.of(UserRole.SUBMITTER));
    }

    /**
     * An account.
     *
     * @param state its role, or that it is disabled
     * @param words how it is used
     */
    public record UserRow(String name, String role, boolean disabled, String state, String words) {
        static UserRow of(Views.UserView user) {
            String seen = user.lastSeenMillisAgo()
                    .map(ago -> "last seen " + Shown.time(ago) + " ago")
                    .orElse(user.sessions() + user.tokens() == 0 ? "no login lasts now" : "not seen yet");
            return new UserRow(
                    user.name(),
                    Words.of(user.role()),
                    user.disabled(),
                    user.disabled() ? "disabled, was " + Words.of(user.role()) : Words.of(user.role()),
                    Shown.counted(user.sessions(), "session", "sessions") + ", "
                            + Shown.counted(user.tokens(), "token", "tokens") + ", " + seen + "; made by " + user.by()
                            + " " + Shown.time(user.createdMillisAgo()) + " ago");
        }
    }

    /** All that the page shows. */
    public record Users(List<UserRow> users, Form form) {
        public List<String> roles() {
            return Arrays.stream(UserRole.values()).map(Words::of).toList();
        }

        public List<RoleMeaning> roleMeanings() {
            return RoleMeaning.all();
        }
    }
}
