package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.codec.CborCodec;
import dev.bramble.model.LedgerId;
import dev.bramble.model.Setting;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccountsTest {
    private final LedgerState state = new LedgerState();
    private final CborCodec codec = new CborCodec();
    private Moment now = new Moment(1_000);

    AccountsTest() {
        apply(new Command.Found(new LedgerId("l"), "home", "pem", Optional.of(Language.OWN)));
    }

    /** As every copy does it: from bytes. */
    private void apply(Command... commands) {
        Entry entry = new Entry(now, List.of(commands));
        assertThat(codec.decodeEntry(codec.encodeEntry(entry))).isEqualTo(entry);
        state.apply(entry);
    }

    private static UserRecord user(String name, UserRole role) {
        return UserRecord.fresh(name, role, "hash of " + name, "root", Moment.FOUNDING);
    }

    private TokenRecord session(String id, String user) {
        return new TokenRecord(
                id,
                "00",
                user,
                TokenPurpose.SESSION,
                Optional.empty(),
                Optional.of(now.plus(Accounts.SESSION_MAX)),
                user,
                now,
                Optional.of(new TokenRecord.Details(false, "Firefox on Linux", "192.0.2.7", Optional.empty())));
    }

    private static TokenRecord setup(String secret) {
        return new TokenRecord(
                Accounts.SETUP_TOKEN,
                secret,
                "",
                TokenPurpose.SETUP,
                Optional.empty(),
                Optional.empty(),
                "founding",
                Moment.FOUNDING);
    }

    private static Command.ChangeUser role(String name, UserRole role) {
        return new Command.ChangeUser(
                name, Optional.of(role), Optional.empty(), Optional.empty(), Optional.empty(), "root");
    }

    private static Command.ChangeUser disabled(String name, boolean disabled) {
        return new Command.ChangeUser(
                name, Optional.empty(), Optional.of(disabled), Optional.empty(), Optional.empty(), "root");
    }

    private static Origin origin(String user) {
        return new Origin(user, "t1", "head1", "192.0.2.7", "set-standing", "node pi01");
    }

    private List<AuditRecord> audit() {
        return state.auditTrail().all();
    }

    @Test
    void stateSurvivesItsSnapshotWithUsersSessionsUsesAndTheTrailsNumbers() {
        apply(new Command.CreateUser(user("ada", UserRole.ADMIN)), new Command.CreateToken(session("s1", "ada")));
        apply(new Command.UseToken("s1", "192.0.2.9"));
        apply(new Command.ChangeSetting("blobs.heal-after", 40_000, "ada"));
        byte[] bytes = codec.encodeImage(state.image());
        LedgerState back = LedgerState.of(codec.decodeImage(bytes));
        assertThat(codec.encodeImage(back.image())).isEqualTo(bytes);
        assertThat(back.accounts().user("ada")).contains(user("ada", UserRole.ADMIN));
        assertThat(back.accounts().use("s1")).contains(new TokenUse(now, "192.0.2.9"));
        assertThat(back.auditTrail().last()).isEqualTo(state.auditTrail().last());
        assertThat(back.settings().change(Setting.BLOBS_HEAL_AFTER)).contains(new Settings.Change("ada", now));
    }

    @Test
    void theSetupCodeMakesOneAdminAndIsGone() {
        apply(new Command.CreateToken(setup("aa")));
        apply(new Command.CreateToken(setup("bb")));
        assertThat(state.accounts().setup().orElseThrow().secretSha256())
                .as("a founding that is done anew has a new code")
                .isEqualTo("bb");
        apply(new Command.SetUp(user("ada", UserRole.ADMIN)));
        assertThat(state.accounts().setup()).isEmpty();
        assertThat(state.tokens()).isEmpty();
        apply(new Command.SetUp(user("mallory", UserRole.ADMIN)), new Command.CreateToken(setup("cc")));
        apply(new Command.SetUp(user("mallory", UserRole.ADMIN)));
        assertThat(state.accounts().users()).containsOnlyKeys("ada");
        assertThat(state.accounts().setup()).isEmpty();
    }

    @Test
    void anAdminThatIsMadeOtherwiseEndsTheSetupCodeToo() {
        apply(new Command.CreateToken(setup("aa")), new Command.CreateUser(user("bob", UserRole.VIEWER)));
        assertThat(state.accounts().setup()).isPresent();
        apply(role("bob", UserRole.ADMIN));
        assertThat(state.accounts().setup()).isEmpty();
    }

    @Test
    void theLastAdminStaysOne() {
        apply(new Command.CreateUser(user("ada", UserRole.ADMIN)), new Command.CreateUser(user("bob", UserRole.ADMIN)));
        apply(disabled("bob", true), role("ada", UserRole.VIEWER), disabled("ada", true));
        assertThat(state.accounts().user("ada").orElseThrow().isAdmin()).isTrue();
        apply(disabled("bob", false), disabled("ada", true));
        assertThat(state.accounts().user("ada").orElseThrow().isAdmin()).isFalse();
    }

    @Test
    void aNewPasswordAndBeingDisabledEndSessionsButTheOneThatDidIt() {
        apply(
                new Command.CreateUser(user("ada", UserRole.VIEWER)),
                new Command.CreateUser(user("bob", UserRole.ADMIN)));
        apply(
                new Command.CreateToken(session("s1", "ada")),
                new Command.CreateToken(session("s2", "ada")),
                new Command.CreateToken(session("s3", "bob")));
        apply(new Command.ChangeUser(
                "ada", Optional.empty(), Optional.empty(), Optional.of("new"), Optional.of("s2"), "ada"));
        assertThat(state.tokens()).containsOnlyKeys("s2", "s3");
        apply(disabled("ada", true));
        assertThat(state.tokens()).containsOnlyKeys("s3");
    }

    @Test
    void aUserHasNoMoreSessionsThanTheLimitAndTheOneNotUsedForLongestGoes() {
        for (int i = 0; i < Accounts.SESSIONS_PER_USER_MAX; i++) {
            apply(new Command.CreateToken(session("s" + (char) ('a' + i), "ada")));
            now = now.plus(Duration.ofSeconds(1));
        }
        apply(new Command.UseToken("sa", ""), new Command.CreateToken(session("other", "bob")));
        apply(new Command.CreateToken(session("sz", "ada")));
        assertThat(state.tokens()).containsKeys("sa", "sz", "other").doesNotContainKey("sb");
        assertThat(state.tokens()).hasSize(Accounts.SESSIONS_PER_USER_MAX + 1);
    }

    @Test
    void aSessionEndsWhenItIsNotUsedAndInAnyCaseAfterAWorkingDay() {
        apply(new Command.CreateToken(session("idle", "ada")), new Command.CreateToken(session("busy", "ada")));
        Moment begin = now;
        for (int minutes = 60; minutes < Accounts.SESSION_MAX.toMinutes(); minutes += 60) {
            now = begin.plus(Duration.ofMinutes(minutes));
            apply(new Command.UseToken("busy", ""), new Command.Expire());
        }
        assertThat(state.tokens()).containsOnlyKeys("busy");
        now = begin.plus(Accounts.SESSION_MAX);
        assertThat(state.nextExpiry()).contains(now);
        apply(new Command.Expire());
        assertThat(state.tokens()).isEmpty();
        assertThat(state.accounts().use("busy")).isEmpty();
    }

    @Test
    void whatAUserDidIsInTheTrailWithWhereItCameFrom() {
        apply(new Command.ByUser(new Command.ChangeSetting("blobs.heal-after", 40_000, "ada"), origin("ada")));
        AuditRecord newest = audit().getLast();
        assertThat(newest.by()).isEqualTo("ada");
        assertThat(newest.what()).isEqualTo("set blobs.heal-after to 40000");
        assertThat(newest.details()).contains(new AuditRecord.Details(origin("ada"), 0));
    }

    @Test
    void anActionThatFoundNothingToChangeIsInTheTrailToo() {
        apply(new Command.ByUser(new Command.RevokeToken("gone", "ada"), origin("ada")));
        assertThat(audit().getLast().what()).isEqualTo("wanted this, and nothing was left to change");
        assertThat(audit().getLast().details()).isPresent();
        apply(new Command.ChangeSetting("blobs.heal-after", 40_000, "ada"));
        assertThat(audit().getLast().details()).as("a command of nobody else").isEmpty();
    }

    @Test
    void refusalsAreInTheTrailWithTheirReasonAndHowOften() {
        apply(new Command.NoteRefusals(List.of(new Command.Refused(origin("ada"), "this takes the role ADMIN", 7))));
        assertThat(audit().getLast().what()).isEqualTo("this takes the role ADMIN");
        assertThat(audit().getLast().details()).contains(new AuditRecord.Details(origin("ada"), 7));
    }

    @Test
    void theTrailIsBoundedByItsSettingAndTellsHowMuchIsGone() {
        for (int i = 0; i < 6_000; i++) {
            apply(new Command.NoteAction(origin("ada"), "did " + i));
        }
        long before = state.auditTrail().last();
        assertThat(state.auditTrail().dropped()).isZero();
        apply(new Command.ByUser(new Command.ChangeSetting("audit.records-max", 5_000, "ada"), origin("ada")));
        assertThat(state.auditTrail().last()).isEqualTo(before + 1);
        assertThat(audit()).hasSize(5_000);
        assertThat(state.auditTrail().dropped()).isEqualTo(before + 1 - 5_000);
        assertThat(audit().getLast().what()).as("who did it is seen").isEqualTo("set audit.records-max to 5000");
    }

    @Test
    void pagesOfTheTrailGoOnWhereTheLastOneEnded() {
        for (int i = 1; i <= 5; i++) {
            apply(new Command.NoteAction(origin("ada"), "did " + i));
        }
        long last = state.auditTrail().last();
        assertThat(state.auditTrail().newestFirst(0))
                .first()
                .satisfies(newest -> assertThat(newest.number()).isEqualTo(last));
        assertThat(state.auditTrail().newestFirst(last - 1))
                .first()
                .satisfies(next -> assertThat(next.record().what()).isEqualTo("did 3"));
        assertThat(state.auditTrail().newestFirst(1)).isEmpty();
        assertThat(state.auditTrail().newestFirst(Long.MAX_VALUE)).hasSize((int) last);
    }

    @Test
    void noCommandOfThisLedgerTakesARecordOutOfTheTrail() {
        apply(new Command.NoteAction(origin("ada"), "did it"));
        apply(
                new Command.CreateUser(user("ada", UserRole.ADMIN)),
                new Command.ChangeSetting("audit.records-max", 0, "ada"),
                new Command.Expire());
        assertThat(audit()).hasSizeLessThan(10).extracting(AuditRecord::what).contains("did it");
    }

    @Test
    void anOlderReleaseStopsAtWhatItDoesNotKnow() {
        CborCodec older = new CborCodec(Language.SECOND);
        for (Command command : List.of(
                new Command.CreateToken(session("s1", "ada")),
                new Command.CreateUser(user("ada", UserRole.ADMIN)),
                new Command.ByUser(new Command.Expire(), origin("ada")),
                new Command.ChangeSetting("audit.records-max", 6_000, "ada"))) {
            byte[] bytes = codec.encodeEntry(new Entry(now, List.of(command)));
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> older.decodeEntry(bytes))
                    .as(command.toString())
                    .isInstanceOf(NewerReleaseException.class);
        }
    }
}
