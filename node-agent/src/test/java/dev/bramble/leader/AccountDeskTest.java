package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.ledger.Accounts;
import dev.bramble.ledger.AuditRecord;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.JobId;
import dev.bramble.model.Password;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import dev.bramble.trust.ApiToken;
import dev.bramble.trust.SetupCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AccountDeskTest {
    private static final Password GOOD = new Password("four words make one");
    private static final Password OTHER = new Password("and four more words");
    private static final String CODE = "bcdf-ghjk-mnpq-rstv";

    private final LeaderBench bench = new LeaderBench();
    private final DeskBench desk = new DeskBench(bench, "root", UserRole.ADMIN);

    private void user(String name, UserRole role) {
        assertThat(desk.act(new Action.CreateUser(name, role, GOOD))).isCompleted();
    }

    private CompletableFuture<Control.Done> logIn(String name, Password password, String address) {
        return desk.act(new Caller("", "head1", address), new Action.LogIn(name, password, "Firefox on Linux"));
    }

    private String session(String name) {
        return logIn(name, GOOD, "192.0.2.7").join().secret().orElseThrow();
    }

    private static Refusal refusal(CompletableFuture<?> done) {
        assertThat(done).isCompletedExceptionally();
        Throwable cause = done.exceptionNow();
        while (!(cause instanceof RefusedException)) {
            cause = cause.getCause();
        }
        return ((RefusedException) cause).refusal();
    }

    private static Refusal.Kind kind(CompletableFuture<?> done) {
        return refusal(done).kind();
    }

    private Accounts accounts() {
        return bench.state().accounts();
    }

    private Action.CreateToken token(String user, UserRole role) {
        return new Action.CreateToken(TokenPurpose.API, user, Optional.of(role), Optional.empty());
    }

    private List<AuditRecord> audit() {
        return bench.state().auditTrail().all();
    }

    @Test
    void whoKnowsThePasswordGetsASessionThatActsInTheirNameAndNobodyElseDoes() {
        user("ada", UserRole.OPERATOR);
        String session = session("ada");
        assertThat(desk.act(session, new Action.NoteUse())).isCompleted();
        assertThat(kind(logIn("ada", OTHER, "192.0.2.7"))).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
        assertThat(kind(logIn("eve", GOOD, "192.0.2.7"))).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
        assertThat(refusal(logIn("ada", OTHER, "192.0.2.7")).sentence())
                .as("nothing tells which names there are")
                .isEqualTo(refusal(logIn("eve", GOOD, "192.0.2.7")).sentence());
    }

    @Test
    void eachLoginHasASecretOfItsOwnThatTheLedgerDoesNotKnow() {
        user("ada", UserRole.VIEWER);
        String one = session("ada");
        String two = session("ada");
        assertThat(one).isNotEqualTo(two);
        String secret = one.substring(one.lastIndexOf('_') + 1);
        assertThat(new String(new dev.bramble.codec.CborCodec()
                        .encodeImage(bench.state().image())))
                .doesNotContain(secret)
                .doesNotContain(GOOD.text());
    }

    @Test
    void aHeadCannotInventAUser() {
        user("ada", UserRole.ADMIN);
        ApiToken known = ApiToken.parse(session("ada"));
        ApiToken forged =
                new ApiToken(known.id(), ApiToken.random(new Random(9)).secret());
        for (String credential : List.of(
                "",
                "ada",
                forged.text(),
                ApiToken.random(new Random(8)).text(),
                accounts().token(known.id()).orElseThrow().secretSha256())) {
            assertThat(kind(desk.act(credential, new Action.ChangeSetting("blobs.heal-after", "40s"))))
                    .isEqualTo(Refusal.Kind.UNAUTHENTICATED);
        }
        assertThat(bench.state().settings().change(dev.bramble.model.Setting.BLOBS_HEAL_AFTER))
                .isEmpty();
    }

    @Test
    void aTokenNeverReachesFurtherThanItsUserMayGoNow() {
        user("ada", UserRole.OPERATOR);
        String token = desk.act(token("ada", UserRole.OPERATOR)).join().secret().orElseThrow();
        String session = session("ada");
        desk.act(new Action.ChangeUser("ada", Optional.of(UserRole.VIEWER), Optional.empty(), Optional.empty()));
        for (String credential : List.of(token, session)) {
            assertThat(kind(desk.act(credential, new Action.RefuseNode("e1")))).isEqualTo(Refusal.Kind.FORBIDDEN);
        }
        desk.act(new Action.ChangeUser("ada", Optional.empty(), Optional.of(true), Optional.empty()));
        for (String credential : List.of(token, session)) {
            assertThat(kind(desk.act(credential, new Action.NoteUse()))).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
        }
        assertThat(kind(logIn("ada", GOOD, "192.0.2.7"))).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
        desk.act(new Action.ChangeUser("ada", Optional.of(UserRole.ADMIN), Optional.of(false), Optional.empty()));
        assertThat(kind(desk.act(token, new Action.ChangeSetting("blobs.heal-after", "40s"))))
                .as("nor further than its own role")
                .isEqualTo(Refusal.Kind.FORBIDDEN);
    }

    @Test
    void aTokenOfANameWithoutAnAccountWorksAsItAlwaysDid() {
        String token =
                desk.act(token("robot", UserRole.OPERATOR)).join().secret().orElseThrow();
        assertThat(desk.act(token, new Action.NoteUse())).isCompleted();
    }

    @Test
    void guessesWaitEverLongerAlsoAtNamesThatThereAreNot() {
        user("ada", UserRole.VIEWER);
        for (String name : List.of("ada", "eve")) {
            for (int i = 0; i < LoginThrottle.FREE_BY_USER + 1; i++) {
                assertThat(kind(logIn(name, OTHER, "10.0." + name.length() + "." + i)))
                        .isEqualTo(Refusal.Kind.UNAUTHENTICATED);
            }
            Refusal refused = refusal(logIn(name, GOOD, "10.9.9.9"));
            assertThat(refused.kind()).isEqualTo(Refusal.Kind.LIMIT);
            assertThat(refused.retryAfterSeconds()).contains(1);
        }
        bench.pass(Duration.ofSeconds(1));
        assertThat(logIn("ada", GOOD, "10.9.9.9")).isCompleted();
    }

    @Test
    void aHundredGuessesAtOnceAreNotLookedAtTogether() {
        user("ada", UserRole.VIEWER);
        List<CompletableFuture<Control.Done>> guesses = new java.util.ArrayList<>();
        for (int i = 0; i < 100; i++) {
            guesses.add(desk.begin(new Caller("", "head" + i % 3, "10.0.0." + i), new Action.LogIn("ada", OTHER, "")));
        }
        bench.settle();
        assertThat(guesses.stream().filter(guess -> kind(guess) == Refusal.Kind.UNAUTHENTICATED))
                .hasSize(LoginThrottle.FREE_BY_USER + 1);
    }

    private void foundWithTheCode() {
        bench.append(new Command.CreateToken(new TokenRecord(
                Accounts.SETUP_TOKEN,
                SetupCode.secret(new Password(CODE)).sha256(),
                "",
                TokenPurpose.SETUP,
                Optional.empty(),
                Optional.empty(),
                "founding",
                Moment.FOUNDING)));
    }

    @Test
    void theSetupCodeMakesTheFirstAdminOnceAndLogsThemIn() {
        foundWithTheCode();
        Caller caller = new Caller("", "head1", "192.0.2.7");
        Password wrong = new Password("bcdf-ghjk-mnpq-rstw");
        assertThat(kind(desk.act(caller, new Action.SetUp(wrong, "ada", GOOD, ""))))
                .isEqualTo(Refusal.Kind.UNAUTHENTICATED);
        Refusal poor =
                refusal(desk.act(caller, new Action.SetUp(new Password(CODE), "Ada L", new Password("short"), "")));
        assertThat(poor.kind()).isEqualTo(Refusal.Kind.INVALID);
        assertThat(poor.problems()).hasSize(2);
        Password typed = new Password(" BCDF GHJK mnpqrstv ");
        String session = desk.act(caller, new Action.SetUp(typed, "ada", GOOD, ""))
                .join()
                .secret()
                .orElseThrow();
        assertThat(desk.act(session, new Action.ChangeSetting("blobs.heal-after", "40s")))
                .isCompleted();
        assertThat(kind(desk.act(caller, new Action.SetUp(typed, "eve", GOOD, ""))))
                .isEqualTo(Refusal.Kind.CONFLICT);
        assertThat(accounts().users()).containsOnlyKeys("ada");
    }

    @Test
    void guessesAtTheSetupCodeAreSlowedDown() {
        foundWithTheCode();
        for (int i = 0; i < LoginThrottle.FREE_BY_USER + 1; i++) {
            desk.act(
                    new Caller("", "head1", "10.0.0." + i),
                    new Action.SetUp(new Password("guess " + i), "eve", GOOD, ""));
        }
        assertThat(kind(desk.act(
                        new Caller("", "head2", "10.0.1.1"), new Action.SetUp(new Password(CODE), "eve", GOOD, ""))))
                .isEqualTo(Refusal.Kind.LIMIT);
    }

    @Test
    void aWorstPasswordAndAnIllNameAreBothToldAtOnce() {
        Refusal refused =
                refusal(desk.act(new Action.CreateUser("Ada Lovelace", UserRole.VIEWER, new Password("Password1234"))));
        assertThat(refused.kind()).isEqualTo(Refusal.Kind.INVALID);
        assertThat(refused.problems()).extracting(problem -> problem.place()).containsExactly("user", "password");
    }

    @Test
    void changingOnesPasswordTakesTheOneOfNowAndEndsTheOtherSessions() {
        user("ada", UserRole.VIEWER);
        String here = session("ada");
        String there = session("ada");
        assertThat(kind(desk.act(here, new Action.ChangePassword(OTHER, new Password("a third one of them")))))
                .isEqualTo(Refusal.Kind.FORBIDDEN);
        assertThat(desk.act(here, new Action.ChangePassword(GOOD, OTHER))).isCompleted();
        assertThat(desk.act(here, new Action.NoteUse())).isCompleted();
        assertThat(kind(desk.act(there, new Action.NoteUse()))).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
        assertThat(logIn("ada", OTHER, "192.0.2.7")).isCompleted();
        assertThat(kind(logIn("ada", GOOD, "192.0.2.7"))).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
    }

    @Test
    void theOnlyAdminCannotBeDisabled() {
        user("ada", UserRole.ADMIN);
        Refusal refused =
                refusal(desk.act(new Action.ChangeUser("ada", Optional.empty(), Optional.of(true), Optional.empty())));
        assertThat(refused.kind()).isEqualTo(Refusal.Kind.CONFLICT);
        assertThat(refused.sentence()).contains("make another one first");
    }

    @Test
    void oneMakesTokensForOneselfThatReachNoFurther() {
        user("ada", UserRole.SUBMITTER);
        String session = session("ada");
        String token = desk.act(session, token("ada", UserRole.SUBMITTER))
                .join()
                .secret()
                .orElseThrow();
        assertThat(kind(desk.act(session, token("ada", UserRole.OPERATOR)))).isEqualTo(Refusal.Kind.FORBIDDEN);
        assertThat(kind(desk.act(session, token("root", UserRole.VIEWER)))).isEqualTo(Refusal.Kind.FORBIDDEN);
        assertThat(kind(desk.act(token, token("ada", UserRole.VIEWER))))
                .as("a token makes no tokens")
                .isEqualTo(Refusal.Kind.FORBIDDEN);
        for (TokenPurpose purpose : List.of(TokenPurpose.JOIN_AGENT, TokenPurpose.JOIN_HEAD)) {
            assertThat(kind(desk.act(session, new Action.CreateToken(purpose, "", Optional.empty(), Optional.empty()))))
                    .isEqualTo(Refusal.Kind.FORBIDDEN);
        }
    }

    @Test
    void aTokenForOwnJobsAloneIsNoOperatorsWhateverItsRole() {
        String token = desk.act(new Action.CreateToken(
                        TokenPurpose.API,
                        "root",
                        Optional.of(UserRole.ADMIN),
                        Optional.empty(),
                        Optional.of(new Action.Scope(true, "the build machine"))))
                .join()
                .secret()
                .orElseThrow();
        assertThat(kind(desk.act(token, new Action.RefuseNode("e1")))).isEqualTo(Refusal.Kind.FORBIDDEN);
    }

    @Test
    void toATokenForOwnJobsAloneAnothersJobIsAsOneThatNeverWas() {
        String token = desk.act(new Action.CreateToken(
                        TokenPurpose.API,
                        "sue",
                        Optional.of(UserRole.ADMIN),
                        Optional.empty(),
                        Optional.of(new Action.Scope(true, ""))))
                .join()
                .secret()
                .orElseThrow();
        JobId others = bench.submit(SampleJob.of(1));
        for (Action action :
                List.of(new Action.CancelJob(others), new Action.RetryJob(others), new Action.RemoveJob(others))) {
            assertThat(refusal(desk.act(token, action))).isEqualTo(Refusal.noJob(others));
        }
        String submitter =
                desk.act(token("robot", UserRole.SUBMITTER)).join().secret().orElseThrow();
        assertThat(kind(desk.act(submitter, new Action.CancelJob(others)))).isEqualTo(Refusal.Kind.FORBIDDEN);
    }

    @Test
    void aSessionThatWasBegunWithATokenReachesAsFarAndEndsWithIt() {
        String token =
                desk.act(token("robot", UserRole.SUBMITTER)).join().secret().orElseThrow();
        String session = desk.act(token, new Action.BeginSession("Firefox on Linux"))
                .join()
                .secret()
                .orElseThrow();
        assertThat(desk.act(session, new Action.NoteUse())).isCompleted();
        assertThat(kind(desk.act(session, new Action.RefuseNode("e1")))).isEqualTo(Refusal.Kind.FORBIDDEN);
        desk.act(new Action.RevokeToken(ApiToken.parse(token).id()));
        assertThat(kind(desk.act(session, new Action.NoteUse()))).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
    }

    @Test
    void oneEndsOnesOwnSessionsAndAnAdminEveryones() {
        user("ada", UserRole.OPERATOR);
        user("bob", UserRole.VIEWER);
        String ada = session("ada");
        String bob = session("bob");
        String id = ApiToken.parse(bob).id();
        assertThat(kind(desk.act(ada, new Action.RevokeToken(id)))).isEqualTo(Refusal.Kind.NOT_FOUND);
        assertThat(kind(desk.act(ada, new Action.EndSessions(Optional.of("bob")))))
                .isEqualTo(Refusal.Kind.FORBIDDEN);
        String more = session("bob");
        assertThat(desk.act(bob, new Action.EndSessions(Optional.empty()))).isCompleted();
        assertThat(kind(desk.act(more, new Action.NoteUse()))).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
        assertThat(desk.act(bob, new Action.NoteUse())).isCompleted();
        assertThat(desk.act(new Action.EndSessions(Optional.of("bob")))).isCompleted();
        assertThat(kind(desk.act(bob, new Action.NoteUse()))).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
    }

    @Test
    void aUseIsWrittenDownOnceInAWhile() {
        user("ada", UserRole.VIEWER);
        String session = session("ada");
        String id = ApiToken.parse(session).id();
        desk.act(session, new Action.NoteUse());
        Moment first = accounts().use(id).orElseThrow().at();
        long index = bench.leader.appliedIndex();
        bench.pass(Duration.ofMinutes(4));
        desk.act(session, new Action.NoteUse());
        assertThat(accounts().use(id).orElseThrow().at()).isEqualTo(first);
        assertThat(bench.leader.appliedIndex()).isEqualTo(index);
        bench.pass(Duration.ofMinutes(2));
        desk.act(session, new Action.NoteUse());
        assertThat(accounts().use(id).orElseThrow().at()).isGreaterThan(first);
    }

    @Test
    void theTrailSaysWhoFromWhereAndWithWhatAndHoldsNoSecret() {
        user("ada", UserRole.ADMIN);
        String session = session("ada");
        desk.act(session, new Action.ChangeSetting("blobs.heal-after", "40s"));
        AuditRecord changed = audit().getLast();
        assertThat(changed.by()).isEqualTo("ada");
        assertThat(changed.details().orElseThrow().origin())
                .isEqualTo(new dev.bramble.ledger.Origin(
                        "ada",
                        ApiToken.parse(session).id(),
                        "head1",
                        "192.0.2.7",
                        "change-setting",
                        "setting blobs.heal-after"));
        logIn(GOOD.text(), OTHER, "192.0.2.7");
        desk.act(session, new Action.CancelJob(new JobId(99)));
        bench.append(new Command.NoteRefusals(desk.refusals.due(Long.MAX_VALUE / 2)));
        assertThat(audit())
                .extracting(AuditRecord::what)
                .contains(Refusal.noJob(new JobId(99)).sentence());
        assertThat(audit().toString())
                .doesNotContain(GOOD.text())
                .doesNotContain(OTHER.text())
                .doesNotContain(session)
                .contains("unknown");
    }

    @Test
    void noPasswordIsInTheWordsOfAnAction() {
        assertThat(List.of(
                                new Action.LogIn("ada", GOOD, ""),
                                new Action.SetUp(GOOD, "ada", GOOD, ""),
                                new Action.CreateUser("ada", UserRole.VIEWER, GOOD),
                                new Action.ChangePassword(GOOD, GOOD))
                        .toString())
                .doesNotContain(GOOD.text());
    }
}
