package dev.bramble.dashboard;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.PasswordRule;
import dev.bramble.control.Views;
import dev.bramble.model.Password;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Users, sessions and the audit trail in the memory of a test. */
final class InMemoryAccounts {
    static final String CODE = "bcdf-ghjk-mnpq-rstv";

    private record User(String name, UserRole role, String password, boolean disabled) {}

    /** Every act that was asked for, with where it came from. */
    final List<String> addresses = new ArrayList<>();
    /** What heads refused by themselves. */
    final List<Action.NoteRefusal> refusals = new ArrayList<>();

    final List<String> uses = new ArrayList<>();
    /** How long whoever logs in must wait. */
    int waitSeconds;

    final List<Views.AuditView> audit = new ArrayList<>();
    private final InMemoryBramble bramble;
    private final TreeMap<String, User> users = new TreeMap<>();
    /** With which token a session was begun, by its secret. */
    private final Map<String, String> tokens = new HashMap<>();

    private int sessions;

    InMemoryAccounts(InMemoryBramble bramble) {
        this.bramble = bramble;
    }

    /** Whether the token that a session was begun with still opens anything. */
    boolean isOpen(String credential) {
        String begunWith = tokens.get(credential);
        return begunWith == null || bramble.principals.containsKey(begunWith);
    }

    static Views.TokenView apiToken(String user, UserRole role) {
        return new Views.TokenView(
                "t-" + user,
                TokenPurpose.API,
                user,
                Optional.of(role),
                Optional.of(86_400_000L),
                "root",
                5,
                false,
                "",
                "",
                Optional.empty(),
                "");
    }

    void add(String name, UserRole role, String password) {
        users.put(name, new User(name, role, password, false));
    }

    boolean needsSetup() {
        return users.values().stream().noneMatch(user -> user.role() == UserRole.ADMIN);
    }

    List<Views.UserView> views() {
        return users.values().stream()
                .map(user -> new Views.UserView(
                        user.name(), user.role(), user.disabled(), "root", 5, "root", 5, 1, 0, Optional.of(60_000L)))
                .toList();
    }

    Control.Done logIn(Action.LogIn logIn, String address, long index) {
        if (waitSeconds > 0) {
            throw new RefusedException(
                    Refusal.until("too many wrong passwords: wait " + waitSeconds + " s, then try again", waitSeconds));
        }
        User user = users.get(logIn.user());
        if (user == null || !user.password().equals(logIn.password().text())) {
            throw refused(Refusal.Kind.UNAUTHENTICATED, "the name or the password is wrong");
        }
        return begin(user.name(), user.role(), logIn.client(), address, index);
    }

    Control.Done setUp(Action.SetUp setUp, String address, long index) {
        if (!needsSetup()) {
            throw refused(Refusal.Kind.CONFLICT, "this bramble is set up: log in");
        }
        if (!setUp.code().text().equals(CODE)) {
            throw refused(Refusal.Kind.UNAUTHENTICATED, "the setup code is wrong");
        }
        check("password", setUp.user(), setUp.password());
        add(setUp.user(), UserRole.ADMIN, setUp.password().text());
        return begin(setUp.user(), UserRole.ADMIN, setUp.client(), address, index);
    }

    private static void check(String field, String user, Password password) {
        PasswordRule.problem(user, password).ifPresent(what -> {
            throw new RefusedException(new Refusal(
                    Refusal.Kind.INVALID, field + " " + what, List.of(new dev.bramble.model.Problem(field, what))));
        });
    }

    Control.Done begin(String user, UserRole role, String client, String address, long index) {
        String id = "session" + ++sessions;
        String secret = "secret-of-" + id;
        bramble.principals.put(secret, new Views.Principal(user, role, id));
        bramble.tokens.add(new Views.TokenView(
                id,
                TokenPurpose.SESSION,
                user,
                Optional.empty(),
                Optional.of(43_200_000L),
                user,
                5,
                false,
                client,
                address,
                Optional.empty(),
                ""));
        return new Control.Done(index, Optional.empty(), Optional.of(secret));
    }

    Control.Done begin(Views.Principal who, String token, String client, String address, long index) {
        Control.Done done = begin(who.user(), who.role(), client, address, index);
        bramble.principals.computeIfPresent(
                done.secret().orElseThrow(),
                (secret, session) -> new Views.Principal(who.user(), who.role(), session.tokenId(), who.ownJobsOnly()));
        tokens.put(done.secret().orElseThrow(), token);
        return done;
    }

    void create(Action.CreateUser create) {
        check("password", create.name(), create.password());
        add(create.name(), create.userRole(), create.password().text());
    }

    void change(Action.ChangeUser change) {
        User user = users.get(change.name());
        if (user == null) {
            throw refused(Refusal.Kind.NOT_FOUND, "there is no account " + change.name());
        }
        users.put(
                user.name(),
                new User(
                        user.name(),
                        change.userRole().orElse(user.role()),
                        change.password().map(Password::text).orElse(user.password()),
                        change.disabled().orElse(user.disabled())));
        if (change.disabled().orElse(false)) {
            endSessions(user.name(), "");
        }
    }

    void change(String name, Action.ChangePassword change) {
        User user = users.get(name);
        if (user == null || !user.password().equals(change.now().text())) {
            throw refused(Refusal.Kind.FORBIDDEN, "the password that you have now is another one");
        }
        check("next", name, change.next());
        users.put(name, new User(name, user.role(), change.next().text(), user.disabled()));
    }

    void revoke(String id) {
        if (!bramble.tokens.removeIf(token -> token.id().equals(id))) {
            throw refused(Refusal.Kind.NOT_FOUND, "there is no token " + id);
        }
        bramble.principals.values().removeIf(principal -> principal.tokenId().equals(id) && id.startsWith("session"));
    }

    void endSessions(String user, String but) {
        List<String> ended = bramble.tokens.stream()
                .filter(token -> token.purpose() == TokenPurpose.SESSION
                        && token.user().equals(user)
                        && !token.id().equals(but))
                .map(Views.TokenView::id)
                .toList();
        ended.forEach(this::revoke);
    }

    Views.AuditPage page(long before, int limit, Views.AuditFilter filter) {
        List<Views.AuditView> found = audit.reversed().stream()
                .filter(record -> before == 0 || record.number() < before)
                .filter(record -> filter.user().map(record.by()::equals).orElse(true))
                .filter(record -> filter.action().map(record.action()::equals).orElse(true))
                .filter(record -> filter.refused()
                        .map(wanted -> wanted == record.refused() > 0)
                        .orElse(true))
                .filter(record -> filter.text().map(record.what()::contains).orElse(true))
                .toList();
        boolean more = found.size() > limit;
        List<Views.AuditView> items = more ? found.subList(0, limit) : found;
        return new Views.AuditPage(items, more ? items.getLast().number() : 0, 2, audit.size() + 2);
    }

    void audit(String by, String action, String what, int refused) {
        audit.add(new Views.AuditView(
                audit.size() + 3,
                60_000,
                Optional.of(java.time.Instant.parse("2026-11-22T08:00:00Z")),
                by,
                what,
                "t-" + by,
                "head1",
                "192.0.2.7",
                action,
                "",
                refused));
    }

    private static RefusedException refused(Refusal.Kind kind, String sentence) {
        return new RefusedException(kind, sentence);
    }
}
