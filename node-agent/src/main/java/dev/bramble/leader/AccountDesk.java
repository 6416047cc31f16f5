package dev.bramble.leader;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.PasswordRule;
import dev.bramble.control.UserNames;
import dev.bramble.control.Views;
import dev.bramble.ledger.Accounts;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Origin;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.ledger.TokenUse;
import dev.bramble.ledger.UserRecord;
import dev.bramble.model.CutText;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Password;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import dev.bramble.trust.ApiToken;
import dev.bramble.trust.JoinToken;
import dev.bramble.trust.SetupCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/** What users ask about themselves: logging in, accounts, tokens and sessions. Event loop of the leader. */
final class AccountDesk {
    /** A join token without a time given. */
    static final Duration JOIN_TOKEN_LIFE = Duration.ofHours(24);
    /** A school with a class or two in each year; each takes some 300 bytes of every voter's memory. */
    static final int USERS_MAX = 1_000;
    /** Programs of one user; more are forgotten ones. */
    static final int API_TOKENS_PER_USER_MAX = 100;
    /** Of all kinds: some 2 MB of every voter's memory. */
    static final int TOKENS_MAX = 5_000;
    /** What a browser says of itself, and what a token is for, in words. */
    static final int NOTE_CHARS_MAX = 120;

    /** Of users that there are not: what was typed may be a password in the wrong field. */
    private static final String UNKNOWN = "unknown";

    private static final String WRONG = "the name or the password is wrong: check both, and the caps lock key";

    private final Leader leader;
    private final Admissions admissions;
    private final PasswordDesk passwords;
    private final RandomGenerator random;
    private final RefusalTally refusals;
    private final LoginThrottle throttle = new LoginThrottle();

    /** @param random a {@link java.security.SecureRandom}, except in a simulation */
    AccountDesk(
            Leader leader,
            Admissions admissions,
            PasswordDesk passwords,
            RefusalTally refusals,
            RandomGenerator random) {
        this.leader = leader;
        this.admissions = admissions;
        this.passwords = passwords;
        this.refusals = refusals;
        this.random = random;
    }

    private Accounts accounts() {
        return leader.state().accounts();
    }

    private static Control.Done done(long index) {
        return new Control.Done(index, Optional.empty(), Optional.empty());
    }

    // --- Without a credential ----------------------------------------------------------------------------------------

    /** A session for whoever knows the password. */
    CompletionStage<Control.Done> logIn(Caller caller, Action.LogIn logIn) {
        Optional<UserRecord> user = accounts().user(logIn.user());
        Origin origin = new Origin(
                user.map(UserRecord::name).orElse(UNKNOWN),
                "",
                caller.head(),
                caller.address(),
                RefusalTally.LOG_IN,
                "");
        guess(logIn.user(), caller.address(), origin);
        return passwords
                .matches(logIn.password(), user.map(UserRecord::passwordHash))
                .thenCompose(matches -> {
                    if (!matches) {
                        throw refused(origin, Refusal.Kind.UNAUTHENTICATED, WRONG);
                    }
                    throttle.succeeded(
                            logIn.user(), caller.address(), leader.loop().nanos());
                    // It may have changed while the password was looked at.
                    Optional<UserRecord> now = accounts().user(logIn.user());
                    if (now.filter(UserRecord::disabled).isPresent()) {
                        throw refused(
                                origin,
                                Refusal.Kind.UNAUTHENTICATED,
                                "this account is disabled: an admin can enable it again");
                    }
                    if (!now.map(UserRecord::passwordHash).equals(user.map(UserRecord::passwordHash))) {
                        throw refused(origin, Refusal.Kind.UNAUTHENTICATED, WRONG);
                    }
                    return begin(origin, logIn.client(), caller.address());
                });
    }

    /** Counts a guess; refused while it must wait. */
    private void guess(String user, String address, Origin origin) {
        int waitSeconds = throttle.waitSeconds(user, address, leader.loop().nanos());
        if (waitSeconds > 0) {
            String sentence = "too many wrong passwords: wait " + waitSeconds + " s, then try again";
            refusals.add(origin, sentence);
            throw new RefusedException(Refusal.until(sentence, waitSeconds));
        }
        passwords.requireRoom();
        throttle.tried(user, address, leader.loop().nanos());
    }

    private RefusedException refused(Origin origin, Refusal.Kind kind, String sentence) {
        refusals.add(origin, sentence);
        return refused(kind, sentence);
    }

    private CompletionStage<Control.Done> begin(Origin origin, String client, String address) {
        return begin(
                origin,
                Optional.empty(),
                leader.now().plus(Accounts.SESSION_MAX),
                new TokenRecord.Details(false, CutText.shortened(client, NOTE_CHARS_MAX), address, Optional.empty()));
    }

    /** A session for whoever shows a token of the API; of a session it is another one of the same user. */
    CompletionStage<Control.Done> beginSession(Views.Principal user, Action.BeginSession begin) {
        TokenRecord shown = accounts().token(user.tokenId()).orElseThrow();
        Moment end = leader.now().plus(Accounts.SESSION_MAX);
        Origin origin = origin();
        return begin(
                origin,
                Optional.of(user.role()),
                shown.expires().filter(until -> until.isBefore(end)).orElse(end),
                new TokenRecord.Details(
                        user.ownJobsOnly(),
                        CutText.shortened(begin.client(), NOTE_CHARS_MAX),
                        origin.address(),
                        Optional.of(shown.id())));
    }

    private CompletionStage<Control.Done> begin(
            Origin origin, Optional<UserRole> role, Moment end, TokenRecord.Details details) {
        ApiToken token = ApiToken.random(random);
        Command session = new Command.CreateToken(new TokenRecord(
                token.id(),
                token.secret().sha256(),
                origin.user(),
                TokenPurpose.SESSION,
                role,
                Optional.of(end),
                origin.user(),
                leader.now(),
                Optional.of(details)));
        Origin begun = new Origin(
                origin.user(), token.id(), origin.head(), origin.address(), origin.action(), origin.object());
        return leader.scribe()
                .as(begun, () -> leader.append(session))
                .thenApply(index -> new Control.Done(index, Optional.empty(), Optional.of(token.text())));
    }

    /** The first admin, made by whoever has the code of the founding. */
    CompletionStage<Control.Done> setUp(Caller caller, Action.SetUp setUp) {
        Origin nobody = new Origin(UNKNOWN, "", caller.head(), caller.address(), "set-up", "");
        TokenRecord code = setupCode(nobody);
        guess(Accounts.SETUP_TOKEN, caller.address(), nobody);
        if (!SetupCode.secret(setUp.code()).opens(code.secretSha256())) {
            throw refused(
                    nobody,
                    Refusal.Kind.UNAUTHENTICATED,
                    "the setup code is wrong: it is in founding.json on the node that founded this bramble");
        }
        throttle.succeeded(Accounts.SETUP_TOKEN, caller.address(), leader.loop().nanos());
        List<Problem> problems = problems(setUp.user(), Optional.of(setUp.password()));
        if (accounts().user(setUp.user()).isPresent()) {
            problems.add(new Problem("user", "is the name of an account already: choose another"));
        }
        check(problems, "the account cannot be made like this");
        Origin origin = new Origin(setUp.user(), "", caller.head(), caller.address(), nobody.action(), nobody.object());
        return passwords.hash(setUp.password()).thenCompose(hash -> {
            setupCode(nobody);
            Command first =
                    new Command.SetUp(UserRecord.fresh(setUp.user(), UserRole.ADMIN, hash, setUp.user(), leader.now()));
            return leader.scribe().as(origin, () -> leader.append(first)).thenCompose(index -> {
                if (!accounts().user(setUp.user()).map(UserRecord::passwordHash).equals(Optional.of(hash))) {
                    throw isSetUp();
                }
                Origin login = new Origin(setUp.user(), "", caller.head(), caller.address(), RefusalTally.LOG_IN, "");
                return begin(login, setUp.client(), caller.address());
            });
        });
    }

    private TokenRecord setupCode(Origin origin) {
        return accounts().setup().orElseThrow(() -> {
            RefusedException refusal = isSetUp();
            refusals.add(origin, refusal.refusal().sentence());
            return refusal;
        });
    }

    private static RefusedException isSetUp() {
        return refused(
                Refusal.Kind.CONFLICT, "this bramble is set up: log in, or ask one of its admins for an account");
    }

    // --- Accounts ----------------------------------------------------------------------------------------------------

    CompletionStage<Control.Done> create(Views.Principal admin, Action.CreateUser create) {
        List<Problem> problems = problems(create.name(), Optional.of(create.password()));
        if (accounts().user(create.name()).isPresent()) {
            throw refused(Refusal.Kind.CONFLICT, "there is an account " + create.name() + " already");
        }
        check(problems, "the account cannot be made like this");
        if (accounts().users().size() >= USERS_MAX) {
            throw refused(Refusal.Kind.LIMIT, "there are " + USERS_MAX + " accounts already, and no more may be made");
        }
        Origin origin = origin();
        return passwords
                .hash(create.password())
                .thenCompose(hash -> leader.scribe()
                        .as(
                                origin,
                                () -> leader.append(new Command.CreateUser(UserRecord.fresh(
                                        create.name(), create.userRole(), hash, admin.user(), leader.now()))))
                        .thenApply(index -> {
                            if (!accounts()
                                    .user(create.name())
                                    .map(UserRecord::passwordHash)
                                    .equals(Optional.of(hash))) {
                                throw refused(
                                        Refusal.Kind.CONFLICT, "there is an account " + create.name() + " already");
                            }
                            return done(index);
                        }));
    }

    CompletionStage<Control.Done> change(Views.Principal admin, Action.ChangeUser change) {
        UserRecord user = require(change.name());
        check(problems(change.name(), change.password()), "the account cannot be changed like this");
        UserRecord after = new UserRecord(
                user.name(),
                change.userRole().orElse(user.role()),
                user.passwordHash(),
                change.disabled().orElse(user.disabled()),
                user.by(),
                user.createdAt(),
                admin.user(),
                leader.now());
        if (accounts().isLastAdmin(after)) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    user.name() + " is the only admin: make another one first, or nobody could make one again");
        }
        Optional<String> keeps = admin.user().equals(user.name()) ? Optional.of(admin.tokenId()) : Optional.empty();
        Origin origin = origin();
        CompletionStage<Optional<String>> hash = change.password()
                .<CompletionStage<Optional<String>>>map(
                        password -> passwords.hash(password).thenApply(Optional::of))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
        return hash.thenCompose(made -> leader.scribe()
                        .as(
                                origin,
                                () -> leader.append(new Command.ChangeUser(
                                        user.name(), change.userRole(), change.disabled(), made, keeps, admin.user()))))
                .thenApply(AccountDesk::done);
    }

    CompletionStage<Control.Done> changePassword(Views.Principal user, Action.ChangePassword change) {
        UserRecord own = accounts()
                .user(user.user())
                .orElseThrow(() -> refused(
                        Refusal.Kind.CONFLICT,
                        user.user() + " has no account here, only tokens: an admin makes one with `bramble user add"
                                + " " + user.user() + "`"));
        check(passwordProblems("next", user.user(), change.next()), "the password cannot be this one");
        Origin origin = origin();
        guess(user.user(), origin.address(), origin);
        return passwords
                .matches(change.now(), Optional.of(own.passwordHash()))
                .thenCompose(matches -> {
                    if (!matches) {
                        throw refused(origin, Refusal.Kind.FORBIDDEN, "the password that you have now is another one");
                    }
                    throttle.succeeded(
                            user.user(), origin.address(), leader.loop().nanos());
                    return passwords.hash(change.next());
                })
                .thenCompose(hash -> leader.scribe()
                        .as(
                                origin,
                                () -> leader.append(new Command.ChangeUser(
                                        user.user(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.of(hash),
                                        Optional.of(user.tokenId()),
                                        user.user()))))
                .thenApply(AccountDesk::done);
    }

    private UserRecord require(String name) {
        return accounts()
                .user(name)
                .orElseThrow(() -> refused(
                        Refusal.Kind.NOT_FOUND,
                        "there is no account " + CutText.shortened(name, UserNames.CHARS_MAX)
                                + ": see `bramble user list`"));
    }

    private static List<Problem> problems(String name, Optional<Password> password) {
        List<Problem> problems = new ArrayList<>();
        UserNames.problem(name).ifPresent(what -> problems.add(new Problem("user", what)));
        password.ifPresent(text -> problems.addAll(passwordProblems("password", name, text)));
        return problems;
    }

    private static List<Problem> passwordProblems(String field, String user, Password password) {
        return PasswordRule.problem(user, password).map(what -> new Problem(field, what)).stream()
                .toList();
    }

    private static void check(List<Problem> problems, String sentence) {
        if (problems.size() == 1) {
            throw new RefusedException(
                    new Refusal(Refusal.Kind.INVALID, problems.getFirst().toString(), problems));
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(new Refusal(Refusal.Kind.INVALID, sentence, problems));
        }
    }

    private Origin origin() {
        return leader.scribe()
                .acting()
                .orElseThrow(() -> new IllegalStateException("an account changes in somebody's name only"));
    }

    // --- Tokens and sessions -----------------------------------------------------------------------------------------

    CompletionStage<Control.Done> create(Views.Principal user, Action.CreateToken create) {
        if (accounts().tokens().size() >= TOKENS_MAX) {
            throw refused(Refusal.Kind.LIMIT, "there are " + TOKENS_MAX + " tokens already: revoke some first");
        }
        return switch (create.purpose()) {
            case API -> createApiToken(user, create);
            case JOIN_AGENT -> createJoinToken(user, create, NodeRole.AGENT);
            case JOIN_HEAD -> createJoinToken(user, create, NodeRole.HEAD);
            case SETUP -> throw refused(Refusal.Kind.INVALID, "a setup token is made at founding only");
            case SESSION -> throw refused(Refusal.Kind.INVALID, "a session is begun by logging in only");
        };
    }

    private CompletionStage<Control.Done> createApiToken(Views.Principal user, Action.CreateToken create) {
        if (create.userRole().isEmpty() || create.user().isBlank()) {
            throw refused(Refusal.Kind.INVALID, "an API token needs a user and a role: name both");
        }
        boolean isAdmin = user.may(UserRole.ADMIN);
        if (!create.user().equals(user.user()) && !isAdmin) {
            throw refused(
                    Refusal.Kind.FORBIDDEN,
                    "a token for " + create.user() + " takes the role ADMIN: you can make some for yourself");
        }
        if (!user.may(create.userRole().get())) {
            throw refused(
                    Refusal.Kind.FORBIDDEN,
                    "a token with the role " + create.userRole().get() + " would reach further than you, who have"
                            + " the role " + user.role());
        }
        boolean ownJobsOnly = create.scope().filter(Action.Scope::ownJobsOnly).isPresent();
        boolean isFromToken = accounts()
                .token(user.tokenId())
                .filter(token -> token.purpose() == TokenPurpose.API)
                .isPresent();
        if (isFromToken && !isAdmin) {
            throw refused(
                    Refusal.Kind.FORBIDDEN,
                    "a token makes no further tokens, unless it is an admin's: log in at a head's page, and make it"
                            + " there");
        }
        long own = accounts().tokens().values().stream()
                .filter(token ->
                        token.purpose() == TokenPurpose.API && token.user().equals(create.user()))
                .count();
        if (own >= API_TOKENS_PER_USER_MAX) {
            throw refused(
                    Refusal.Kind.LIMIT,
                    create.user() + " has " + API_TOKENS_PER_USER_MAX + " tokens already: revoke some first");
        }
        String note = create.scope().map(Action.Scope::note).orElse("");
        ApiToken token = ApiToken.random(random);
        return append(
                new TokenRecord(
                        token.id(),
                        token.secret().sha256(),
                        create.user(),
                        create.purpose(),
                        create.userRole(),
                        create.validFor().map(leader.now()::plus),
                        user.user(),
                        leader.now(),
                        ownJobsOnly || !note.isEmpty()
                                ? Optional.of(new TokenRecord.Details(
                                        ownJobsOnly, CutText.shortened(note, NOTE_CHARS_MAX), "", Optional.empty()))
                                : Optional.empty()),
                token.text());
    }

    private CompletionStage<Control.Done> createJoinToken(
            Views.Principal user, Action.CreateToken create, NodeRole role) {
        requireAdmin(user, "a join token");
        JoinToken token = admissions.newJoinToken(role);
        return append(
                new TokenRecord(
                        token.id(),
                        token.secret().sha256(),
                        "",
                        create.purpose(),
                        Optional.empty(),
                        Optional.of(leader.now().plus(create.validFor().orElse(JOIN_TOKEN_LIFE))),
                        user.user(),
                        leader.now()),
                token.text());
    }

    private static void requireAdmin(Views.Principal user, String what) {
        if (!user.may(UserRole.ADMIN)) {
            throw refused(
                    Refusal.Kind.FORBIDDEN,
                    what + " takes the role ADMIN; " + user.user() + " has the role " + user.role());
        }
    }

    private CompletionStage<Control.Done> append(TokenRecord record, String text) {
        return leader.append(new Command.CreateToken(record))
                .thenApply(index -> new Control.Done(index, Optional.empty(), Optional.of(text)));
    }

    CompletionStage<Control.Done> revoke(Views.Principal user, String tokenId) {
        Optional<TokenRecord> token = accounts().token(tokenId);
        boolean isOwn = token.filter(its -> its.user().equals(user.user())).isPresent();
        if (token.isEmpty() || !isOwn && !user.may(UserRole.ADMIN)) {
            // Whose it is, or whether it is, is nobody else's business.
            throw refused(
                    Refusal.Kind.NOT_FOUND,
                    "there is no token " + CutText.shortened(tokenId, NOTE_CHARS_MAX)
                            + (user.may(UserRole.ADMIN) ? "" : " of yours"));
        }
        return leader.append(new Command.RevokeToken(tokenId, user.user())).thenApply(AccountDesk::done);
    }

    CompletionStage<Control.Done> endSessions(Views.Principal user, Action.EndSessions end) {
        String whose = end.user().orElse(user.user());
        if (!whose.equals(user.user())) {
            requireAdmin(user, "to end the sessions of " + whose);
        }
        Optional<String> but = whose.equals(user.user()) ? Optional.of(user.tokenId()) : Optional.empty();
        return leader.append(new Command.EndSessions(whose, but, user.user())).thenApply(AccountDesk::done);
    }

    /** Writes it down when it was not done for a while. */
    CompletionStage<Control.Done> noteUse(Views.Principal user, String address) {
        boolean isFresh = accounts()
                .use(user.tokenId())
                .map(TokenUse::at)
                .filter(at -> leader.now().since(at).compareTo(Accounts.USE_EVERY) < 0)
                .isPresent();
        Command use = new Command.UseToken(user.tokenId(), address);
        return isFresh || !leader.mayWrite(use)
                ? CompletableFuture.completedFuture(done(leader.appliedIndex()))
                : leader.append(use).thenApply(AccountDesk::done);
    }

    private static RefusedException refused(Refusal.Kind kind, String sentence) {
        return new RefusedException(kind, sentence);
    }
}
