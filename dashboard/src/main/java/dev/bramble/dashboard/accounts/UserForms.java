package dev.bramble.dashboard.accounts;

import dev.bramble.control.Action;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.Password;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;

/** What an admin does with accounts. */
public final class UserForms {
    private UserForms() {}

    public static List<FormScreen> all() {
        return List.of(
                new FormScreen(UsersPage.PATH, Section.SETTINGS, UserRole.ADMIN, UserForms::create),
                new FormScreen(UsersPage.PATH + "/{user}", Section.SETTINGS, UserRole.ADMIN, UserForms::change));
    }

    private static FormScreen.Outcome create(FormRequest request) {
        String user = request.field("user");
        UserRole role = Words.read(UserRole.class, request.field("role")).orElse(UserRole.VIEWER);
        return done(
                request,
                new Action.CreateUser(user, role, new Password(request.raw("password"))),
                "The account of " + user + " is made.",
                new UsersPage.Form("", user, Words.of(role)));
    }

    private static FormScreen.Outcome change(FormRequest request) {
        String user = request.request().place("user");
        String what = request.field("do");
        boolean isSwitch = what.equals("enable") || what.equals("disable");
        Action change = isSwitch
                ? new Action.ChangeUser(user, Optional.empty(), Optional.of(what.equals("disable")), Optional.empty())
                : new Action.ChangeUser(
                        user,
                        Words.read(UserRole.class, request.field("role")),
                        Optional.empty(),
                        Optional.of(request.raw("password"))
                                .filter(text -> !text.isEmpty())
                                .map(Password::new));
        String notice =
                isSwitch ? "The account of " + user + " is " + what + "d." : "The account of " + user + " is changed.";
        return done(request, change, notice, UsersPage.Form.EMPTY);
    }

    private static FormScreen.Outcome done(FormRequest request, Action action, String notice, UsersPage.Form form) {
        try {
            request.readAfter(request.act(action), views -> true);
            return new FormScreen.Outcome.Go(UsersPage.PATH, notice);
        } catch (ProblemException problem) {
            String sentence = problem.problems().size() < 2
                    ? problem.getMessage()
                    : String.join(
                            "; ",
                            problem.problems().stream().map(Object::toString).toList());
            UsersPage.Form again = new UsersPage.Form(Shown.sentence(sentence), form.user(), form.role());
            return new FormScreen.Outcome.Again(
                    problem.status(), request.read(views -> UsersPage.content(views, again)));
        }
    }
}
