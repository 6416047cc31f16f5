package dev.bramble.ledger;

import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Users, and what speaks for them: tokens and sessions. Part of {@link LedgerState}; what does not fit changes nothing.
 */
public final class Accounts {
    /** How often a use of a token is written down: a browser left open must not fill the ledger. */
    public static final Duration USE_EVERY = Duration.ofMinutes(5);
    /** A session that nobody used for so long is over: a lunch and a meeting fit in. */
    public static final Duration SESSION_IDLE_MAX = Duration.ofHours(2);
    /** A working day; then one logs in again. */
    public static final Duration SESSION_MAX = Duration.ofHours(12);
    /** Sessions of one user: a few browsers on a few machines; with more, the one not used for longest ends. */
    public static final int SESSIONS_PER_USER_MAX = 16;

    /** Once: for the first admin. */
    public static final String SETUP_TOKEN = "setup";

    private final BiConsumer<String, String> audit;
    private final TreeMap<String, UserRecord> users = new TreeMap<>();
    private final TreeMap<String, TokenRecord> tokens = new TreeMap<>();
    private final TreeMap<String, TokenUse> uses = new TreeMap<>();

    /** @param audit takes who did something, and what */
    Accounts(BiConsumer<String, String> audit) {
        this.audit = audit;
    }

    /** What a snapshot holds beside the tokens. */
    public record Image(List<UserRecord> users, SortedMap<String, TokenUse> uses) {}

    public SortedMap<String, UserRecord> users() {
        return Collections.unmodifiableSortedMap(users);
    }

    public Optional<UserRecord> user(String name) {
        return Optional.ofNullable(users.get(name));
    }

    public SortedMap<String, TokenRecord> tokens() {
        return Collections.unmodifiableSortedMap(tokens);
    }

    public Optional<TokenRecord> token(String id) {
        return Optional.ofNullable(tokens.get(id));
    }

    /** When and from where it was last used; empty when it never was. */
    public Optional<TokenUse> use(String token) {
        return Optional.ofNullable(uses.get(token));
    }

    /** Whether there is an account that may do everything. */
    public boolean hasAdmin() {
        return users.values().stream().anyMatch(UserRecord::isAdmin);
    }

    /** The code with which the first admin is made; empty once there is one. */
    public Optional<TokenRecord> setup() {
        return hasAdmin()
                ? Optional.empty()
                : token(SETUP_TOKEN).filter(token -> token.purpose() == TokenPurpose.SETUP);
    }

    /** When the token opens nothing any more, unless it is used meanwhile; empty for never. */
    public Optional<Moment> end(TokenRecord token) {
        if (token.purpose() != TokenPurpose.SESSION) {
            return token.expires();
        }
        Moment idle = lastUse(token).plus(SESSION_IDLE_MAX);
        return token.expires().map(end -> end.isBefore(idle) ? end : idle).or(() -> Optional.of(idle));
    }

    /** Whether {@code changed} in place of what is there would leave nobody who may do everything. */
    public boolean isLastAdmin(UserRecord changed) {
        return user(changed.name()).filter(UserRecord::isAdmin).isPresent()
                && !changed.isAdmin()
                && users.values().stream()
                        .noneMatch(user -> user.isAdmin() && !user.name().equals(changed.name()));
    }

    void create(TokenRecord token, Annals annals, Moment now) {
        // A founding that broke off and is done anew has a new code: nobody has seen the earlier one.
        boolean isNewCode =
                token.purpose() == TokenPurpose.SETUP && !hasAdmin() && !token.equals(tokens.get(token.id()));
        if (tokens.containsKey(token.id()) && !isNewCode) {
            return;
        }
        tokens.put(token.id(), token);
        switch (token.purpose()) {
            case SESSION -> {
                endOldest(token);
                audit.accept(token.user(), "logged in");
            }
            case API, JOIN_AGENT, JOIN_HEAD, SETUP -> {
                audit.accept(
                        token.by(),
                        "made the " + Annals.purpose(token.purpose()) + " token " + token.id() + whose(token));
                annals.tokenCreated(now, token);
            }
        }
    }

    private static String whose(TokenRecord token) {
        return token.user().isEmpty()
                ? ""
                : " for " + token.user()
                        + token.role()
                                .map(role -> " as " + role.name().toLowerCase(java.util.Locale.ROOT))
                                .orElse("");
    }

    private void endOldest(TokenRecord fresh) {
        List<TokenRecord> sessions = tokens.values().stream()
                .filter(token -> token.purpose() == TokenPurpose.SESSION
                        && token.user().equals(fresh.user())
                        && !token.id().equals(fresh.id()))
                .sorted(Comparator.comparing(this::lastUse).thenComparing(TokenRecord::id))
                .toList();
        for (int i = 0; i <= sessions.size() - SESSIONS_PER_USER_MAX; i++) {
            drop(sessions.get(i).id());
        }
    }

    private Moment lastUse(TokenRecord token) {
        return use(token.id()).map(TokenUse::at).orElse(token.createdAt());
    }

    /** And the sessions that were begun with it. */
    private TokenRecord drop(String id) {
        uses.remove(id);
        TokenRecord dropped = tokens.remove(id);
        if (dropped != null && dropped.purpose() == TokenPurpose.API) {
            List<String> begun = tokens.values().stream()
                    .filter(token ->
                            token.details().flatMap(TokenRecord.Details::token).equals(Optional.of(id)))
                    .map(TokenRecord::id)
                    .toList();
            begun.forEach(this::drop);
        }
        return dropped;
    }

    void revoke(Command.RevokeToken revoke, Annals annals, Moment now) {
        TokenRecord revoked = drop(revoke.tokenId());
        if (revoked == null) {
            return;
        }
        boolean isSession = revoked.purpose() == TokenPurpose.SESSION;
        audit.accept(
                revoke.by(),
                !isSession
                        ? "revoked token " + revoke.tokenId() + whose(revoked)
                        : revoked.user().equals(revoke.by())
                                ? "ended their session " + revoked.id()
                                : "ended session " + revoked.id() + " of " + revoked.user());
        if (!isSession) {
            annals.tokenRevoked(now, revoked, revoke.by());
        }
    }

    void use(Command.UseToken use, Moment now) {
        if (tokens.containsKey(use.tokenId())) {
            uses.put(use.tokenId(), new TokenUse(now, use.address()));
        }
    }

    void endSessions(Command.EndSessions end) {
        if (endSessions(end.user(), end.but()) > 0) {
            audit.accept(
                    end.by(),
                    end.user().equals(end.by()) ? "ended their other sessions" : "ended the sessions of " + end.user());
        }
    }

    private long endSessions(String user, Optional<String> but) {
        List<String> ended = tokens.values().stream()
                .filter(token ->
                        token.purpose() == TokenPurpose.SESSION && token.user().equals(user))
                .map(TokenRecord::id)
                .filter(id -> !but.equals(Optional.of(id)))
                .toList();
        ended.forEach(this::drop);
        return ended.size();
    }

    void create(UserRecord user) {
        if (users.putIfAbsent(user.name(), user) == null) {
            audit.accept(user.by(), "made the account of " + user.name() + " as " + role(user));
            dropSetup();
        }
    }

    /** Only by whoever has the code, and only once. */
    void setUp(UserRecord admin) {
        if (setup().isPresent() && !users.containsKey(admin.name()) && admin.role() == UserRole.ADMIN) {
            users.put(admin.name(), admin);
            audit.accept(admin.name(), "set up the bramble as its first admin, with the setup code");
            dropSetup();
        }
    }

    private void dropSetup() {
        if (hasAdmin()) {
            drop(SETUP_TOKEN);
        }
    }

    void change(Command.ChangeUser change, Moment now) {
        UserRecord before = users.get(change.name());
        if (before == null) {
            return;
        }
        UserRecord after = new UserRecord(
                before.name(),
                change.role().orElse(before.role()),
                change.passwordHash().orElse(before.passwordHash()),
                change.disabled().orElse(before.disabled()),
                before.by(),
                before.createdAt(),
                change.by(),
                now);
        if (isLastAdmin(after)) {
            return;
        }
        users.put(after.name(), after);
        dropSetup();
        if (change.passwordHash().isPresent() || after.disabled()) {
            endSessions(after.name(), change.keeps());
        }
        audit.accept(change.by(), sentence(before, after, change));
    }

    private static String sentence(UserRecord before, UserRecord after, Command.ChangeUser change) {
        String whose = change.by().equals(after.name()) ? "their account" : "the account of " + after.name();
        StringBuilder what = new StringBuilder("changed ").append(whose).append(':');
        String separator = " ";
        if (before.role() != after.role()) {
            what.append(separator)
                    .append("role ")
                    .append(role(after))
                    .append(" instead of ")
                    .append(role(before));
            separator = ", ";
        }
        if (before.disabled() != after.disabled()) {
            what.append(separator).append(after.disabled() ? "disabled" : "enabled");
            separator = ", ";
        }
        if (change.passwordHash().isPresent()) {
            what.append(separator).append("a new password");
            separator = ", ";
        }
        return separator.equals(" ") ? what.append(" nothing is different").toString() : what.toString();
    }

    private static String role(UserRecord user) {
        return user.role().name().toLowerCase(java.util.Locale.ROOT);
    }

    void expire(Moment now) {
        List<String> over = tokens.values().stream()
                .filter(token -> end(token).filter(end -> !now.isBefore(end)).isPresent())
                .map(TokenRecord::id)
                .toList();
        over.forEach(this::drop);
    }

    /** Tells when {@link #expire} would change something. */
    void tellExpiries(Consumer<Moment> due) {
        tokens.values().forEach(token -> end(token).ifPresent(due));
    }

    List<TokenRecord> tokenImage() {
        return List.copyOf(tokens.values());
    }

    Image image() {
        return new Image(List.copyOf(users.values()), new TreeMap<>(uses));
    }

    /** @param image empty in snapshots of releases that knew no users */
    void restore(List<TokenRecord> known, Optional<Image> image) {
        known.forEach(token -> tokens.put(token.id(), token));
        image.ifPresent(from -> {
            from.users().forEach(user -> users.put(user.name(), user));
            uses.putAll(from.uses());
        });
    }
}
