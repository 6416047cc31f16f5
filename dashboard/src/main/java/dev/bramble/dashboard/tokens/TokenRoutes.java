package dev.bramble.dashboard.tokens;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The operations about tokens. */
public final class TokenRoutes {
    static final int USER_CHARS_MAX = 64;
    static final int NOTE_CHARS_MAX = 120;
    /** A hundred years: whoever means longer leaves it out. */
    static final long VALID_SECONDS_MAX = Duration.ofDays(36_500).toSeconds();

    private TokenRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get("/tokens", UserRole.VIEWER, TokenRoutes::list, Page.LIMIT, Page.CURSOR),
                Route.post("/tokens", UserRole.VIEWER, TokenRoutes::create),
                Route.delete("/tokens/{token}", UserRole.VIEWER, TokenRoutes::revoke));
    }

    private record TokenJson(
            String id,
            String purpose,
            String user,
            String role,
            Long expiresInMillis,
            String by,
            long createdMillisAgo,
            boolean ownJobsOnly,
            String note,
            Long lastUsedMillisAgo,
            String lastUsedFrom) {
        static TokenJson of(Views.TokenView token) {
            return new TokenJson(
                    token.id(),
                    Words.of(token.purpose()),
                    token.user(),
                    token.role().map(Words::of).orElse(null),
                    token.expiresInMillis().orElse(null),
                    token.by(),
                    token.createdMillisAgo(),
                    token.ownJobsOnly(),
                    token.note(),
                    token.lastUsedMillisAgo().orElse(null),
                    token.lastUsedFrom());
        }
    }

    private static void list(ApiRequest request) {
        Views.Principal caller = request.principal();
        request.list(
                views -> views.tokens().stream()
                        .filter(token -> token.purpose() != TokenPurpose.SESSION)
                        .filter(token ->
                                caller.may(UserRole.ADMIN) || token.user().equals(caller.user()))
                        .toList(),
                Views.TokenView::id,
                TokenJson::of);
    }

    private record Created(String secret, long revision) {}

    private static void create(ApiRequest request) {
        Fields body = request.fields();
        body.requiredText("purpose", 64);
        Optional<TokenPurpose> purpose = body.word("purpose", TokenPurpose.class);
        Optional<String> user = body.text("user", USER_CHARS_MAX);
        Optional<UserRole> role = body.word("role", UserRole.class);
        Optional<Duration> validFor =
                body.number("validForSeconds", 1, VALID_SECONDS_MAX).map(Duration::ofSeconds);
        boolean ownJobsOnly = body.flag("ownJobsOnly").orElse(false);
        String note = body.text("note", NOTE_CHARS_MAX).orElse("");
        purpose.ifPresent(known -> checkPurpose(known, user, role, body));
        body.check();
        boolean isForUser = purpose.orElseThrow() == TokenPurpose.API;
        Control.Done done = request.act(new Action.CreateToken(
                purpose.get(),
                isForUser ? user.orElse(request.principal().user()) : "",
                role,
                validFor,
                ownJobsOnly || !note.isEmpty() ? Optional.of(new Action.Scope(ownJobsOnly, note)) : Optional.empty()));
        String secret =
                done.secret().orElseThrow(() -> new IllegalStateException("the leader made a token without a secret"));
        request.json(201, new Created(secret, done.index()));
    }

    private static void checkPurpose(
            TokenPurpose purpose, Optional<String> user, Optional<UserRole> role, Fields body) {
        switch (purpose) {
            case API -> {
                if (role.isEmpty()) {
                    body.wrong("role", "is missing: give " + Words.all(UserRole.class));
                }
            }
            case JOIN_AGENT, JOIN_HEAD -> {
                user.ifPresent(any -> body.wrong("user", "has no meaning for a join token: leave it out"));
                role.ifPresent(any -> body.wrong("role", "has no meaning for a join token: leave it out"));
            }
            case SESSION, SETUP -> body.wrong("purpose", "is not made here: give api, join-agent or join-head");
        }
    }

    private static void revoke(ApiRequest request) {
        request.write(new Action.RevokeToken(request.context().pathParam("token")));
    }
}
