package dev.bramble.dashboard.accounts;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.Password;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a person does on their own page. */
public final class AccountForms {
    /** A hundred years: whoever means longer says ever. */
    private static final long DAYS_MAX = 36_500;

    private AccountForms() {}

    public static List<FormScreen> all() {
        return List.of(
                form("/account/password", AccountForms::changePassword),
                form("/account/sessions/end-others", AccountForms::endOthers),
                form("/account/sessions/{token}/end", request -> revoke(request, "The session is ended.")),
                form("/account/tokens", AccountForms::makeToken),
                form("/account/tokens/{token}/revoke", request -> revoke(request, "The token is revoked.")));
    }

    private static FormScreen form(String path, Function<FormRequest, FormScreen.Outcome> does) {
        return new FormScreen(path, Section.ELSEWHERE, UserRole.VIEWER, does);
    }

    private static FormScreen.Outcome again(FormRequest request, int status, AccountPage.Problems problems) {
        return new FormScreen.Outcome.Again(
                status,
                AccountPage.content(request.read(views -> AccountPage.Account.of(views, request.visitor(), problems))));
    }

    private static FormScreen.Outcome changePassword(FormRequest request) {
        if (!request.raw("next").equals(request.raw("again"))) {
            return again(
                    request,
                    422,
                    AccountPage.Problems.ofPassword("The new passwords are not the same: type both again."));
        }
        try {
            Control.Done done = request.act(
                    new Action.ChangePassword(new Password(request.raw("now")), new Password(request.raw("next"))));
            request.readAfter(done, views -> true);
            return new FormScreen.Outcome.Go(AccountPage.PATH, "Your password is changed.");
        } catch (ProblemException problem) {
            String sentence = problem.problems().isEmpty()
                    ? problem.getMessage()
                    : "the new password " + problem.problems().getFirst().sentence();
            return again(request, problem.status(), AccountPage.Problems.ofPassword(Shown.sentence(sentence)));
        }
    }

    private static FormScreen.Outcome endOthers(FormRequest request) {
        request.readAfter(request.act(new Action.EndSessions(Optional.empty())), views -> true);
        return new FormScreen.Outcome.Go(AccountPage.PATH, "Your other sessions are ended.");
    }

    private static FormScreen.Outcome revoke(FormRequest request, String notice) {
        String token = request.request().place("token");
        request.readAfter(request.act(new Action.RevokeToken(token)), views -> true);
        return new FormScreen.Outcome.Go(AccountPage.PATH, notice);
    }

    /** The secret is shown once on the page that follows: loading that anew makes no second token. */
    private static FormScreen.Outcome makeToken(FormRequest request) {
        String note = request.field("note");
        Optional<UserRole> role = Words.read(UserRole.class, request.field("role"));
        Optional<Long> days = request.given("days")
                .filter(text -> text.matches("[0-9]{1,5}"))
                .map(Long::parseLong)
                .filter(count -> count <= DAYS_MAX);
        boolean ownJobsOnly = request.isTicked("own");
        if (role.isEmpty() || days.isEmpty()) {
            return again(
                    request,
                    422,
                    new AccountPage.Problems(
                            "", "Choose a role and how long the token is valid.", note, request.field("role")));
        }
        try {
            Control.Done done = request.act(new Action.CreateToken(
                    TokenPurpose.API,
                    request.visitor().user(),
                    role,
                    days.filter(count -> count > 0).map(Duration::ofDays),
                    ownJobsOnly || !note.isEmpty()
                            ? Optional.of(new Action.Scope(ownJobsOnly, note))
                            : Optional.empty()));
            request.readAfter(done, views -> true);
            boolean isLess = ownJobsOnly && role.get().includes(UserRole.OPERATOR);
            return new FormScreen.Outcome.Go(
                    AccountPage.PATH,
                    "Your new token. It is shown this once: copy it now."
                            + (isLess ? " Since it reaches your own jobs alone, it works as a submitter's." : ""),
                    done.secret().orElseThrow());
        } catch (ProblemException problem) {
            return again(
                    request,
                    problem.status(),
                    new AccountPage.Problems("", Shown.sentence(problem.getMessage()), note, request.field("role")));
        }
    }
}
