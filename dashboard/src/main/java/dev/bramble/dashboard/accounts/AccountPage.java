package dev.bramble.dashboard.accounts;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A person's own page: password, sessions and tokens. */
public final class AccountPage {
    static final String PATH = "/account";

    private AccountPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.ELSEWHERE, AccountPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        return control.read(0, views -> content(Account.of(views, request.visitor(), Problems.NONE)));
    }

    static Content content(Account account) {
        return Content.of("Your account", "accounts/account", account);
    }

    /** What was wrong with a form, and what it said. */
    public record Problems(String passwordProblem, String tokenProblem, String note, String role) {
        static final Problems NONE = new Problems("", "", "", "");

        static Problems ofPassword(String sentence) {
            return new Problems(sentence, "", "", "");
        }
    }

    /**
     * Somewhere this person is logged in.
     *
     * @param words from where and since when
     */
    public record SessionRow(String id, String browser, boolean current, String words) {
        static SessionRow of(Views.TokenView session, String current) {
            String from = session.lastUsedFrom().isEmpty() ? session.from() : session.lastUsedFrom();
            return new SessionRow(
                    session.id(),
                    session.note().isEmpty() ? "A program" : session.note(),
                    session.id().equals(current),
                    (from.isEmpty() ? "" : "from " + from + ", ") + "begun " + Shown.time(session.createdMillisAgo())
                            + " ago, last used "
                            + Shown.time(session.lastUsedMillisAgo().orElse(session.createdMillisAgo())) + " ago");
        }
    }

    /**
     * A token of this person's.
     *
     * @param words how far it reaches, how long, and when it was used
     */
    public record TokenRow(String id, String title, String words) {
        static TokenRow of(Views.TokenView token) {
            List<String> words = new ArrayList<>();
            token.role().map(Words::of).ifPresent(words::add);
            if (token.ownJobsOnly()) {
                words.add("own jobs alone");
            }
            words.add(token.expiresInMillis()
                    .map(left -> "ends in " + Shown.time(left))
                    .orElse("never ends"));
            words.add(token.lastUsedMillisAgo()
                    .map(ago -> "last used " + Shown.time(ago) + " ago"
                            + (token.lastUsedFrom().isEmpty() ? "" : " from " + token.lastUsedFrom()))
                    .orElse("not used yet"));
            return new TokenRow(token.id(), token.note().isEmpty() ? "Token" : token.note(), String.join(", ", words));
        }
    }

    /**
     * All that the page shows.
     *
     * @param hasPassword whether there is an account, not tokens alone
     */
    public record Account(
            String user,
            UserRole role,
            boolean ownJobsOnly,
            boolean hasPassword,
            List<SessionRow> sessions,
            List<TokenRow> tokens,
            Problems problems) {
        static Account of(Views views, Views.Principal who, Problems problems) {
            List<Views.TokenView> own = views.tokens().stream()
                    .filter(token -> token.user().equals(who.user()))
                    .toList();
            return new Account(
                    who.user(),
                    who.role(),
                    who.ownJobsOnly(),
                    views.user(who.user()).isPresent(),
                    own.stream()
                            .filter(token -> token.purpose() == TokenPurpose.SESSION)
                            .map(session -> SessionRow.of(session, who.tokenId()))
                            .toList(),
                    own.stream()
                            .filter(token -> token.purpose() == TokenPurpose.API)
                            .map(TokenRow::of)
                            .toList(),
                    problems);
        }

        public boolean hasOtherSessions() {
            return sessions.stream().anyMatch(session -> !session.current());
        }

        /** {@code a viewer}, {@code an operator}. */
        public String article() {
            String word = Words.of(role);
            return ("aeiou".indexOf(word.charAt(0)) >= 0 ? "an " : "a ") + word;
        }

        public String mayWords() {
            return ownJobsOnly
                    ? "With this token you reach your own jobs alone."
                    : RoleMeaning.of(role).sentence();
        }

        /** Those that a token of theirs may have, their own first. */
        public List<String> roles() {
            return Arrays.stream(UserRole.values())
                    .filter(role::includes)
                    .map(Words::of)
                    .toList()
                    .reversed();
        }
    }
}
