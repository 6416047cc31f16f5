package dev.bramble.dashboard.accounts;

import dev.bramble.control.Action;
import dev.bramble.control.UserNames;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.Password;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;

/** The operations about accounts. */
public final class UserRoutes {
    private UserRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get("/users", UserRole.ADMIN, UserRoutes::list, Page.LIMIT, Page.CURSOR),
                Route.post("/users", UserRole.ADMIN, UserRoutes::create),
                Route.patch("/users/{user}", UserRole.ADMIN, UserRoutes::change),
                Route.put("/password", UserRole.VIEWER, UserRoutes::changePassword));
    }

    private record UserJson(
            String name,
            String role,
            boolean disabled,
            int sessions,
            int tokens,
            Long lastSeenMillisAgo,
            String by,
            long createdMillisAgo,
            String changedBy,
            long changedMillisAgo) {
        static UserJson of(Views.UserView user) {
            return new UserJson(
                    user.name(),
                    Words.of(user.role()),
                    user.disabled(),
                    user.sessions(),
                    user.tokens(),
                    user.lastSeenMillisAgo().orElse(null),
                    user.by(),
                    user.createdMillisAgo(),
                    user.changedBy(),
                    user.changedMillisAgo());
        }
    }

    private static void list(ApiRequest request) {
        request.list(Views::users, Views.UserView::name, UserJson::of);
    }

    private static void create(ApiRequest request) {
        Fields body = request.fields();
        String name = body.requiredText("user", UserNames.CHARS_MAX);
        Optional<UserRole> role = body.word("role", UserRole.class);
        if (role.isEmpty() && !body.isWrong()) {
            body.wrong("role", "is missing: give " + Words.all(UserRole.class));
        }
        Password password = body.requiredPassword("password");
        body.check();
        request.act(new Action.CreateUser(name, role.orElseThrow(), password));
        request.context().status(201);
    }

    private static void change(ApiRequest request) {
        Fields body = request.fields();
        Optional<UserRole> role = body.word("role", UserRole.class);
        Optional<Boolean> disabled = body.flag("disabled");
        Optional<Password> password = body.password("password");
        if (role.isEmpty() && disabled.isEmpty() && password.isEmpty() && !body.isWrong()) {
            body.wrong("role", "is missing, and so are disabled and password: give at least one of them");
        }
        body.check();
        request.write(new Action.ChangeUser(request.context().pathParam("user"), role, disabled, password));
    }

    private static void changePassword(ApiRequest request) {
        Fields body = request.fields();
        Password now = body.requiredPassword("now");
        Password next = body.requiredPassword("next");
        body.check();
        request.write(new Action.ChangePassword(now, next));
    }
}
