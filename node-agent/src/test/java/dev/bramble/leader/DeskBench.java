package dev.bramble.leader;

import dev.bramble.codec.CborCodec;
import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import dev.bramble.trust.ApiToken;
import dev.bramble.trust.SimPasswordHashing;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** What one user asks of a leader, through the desk that checks it. */
final class DeskBench {
    final StrangeBoards strange;
    private final LeaderBench bench;
    private final ApiToken token = ApiToken.random(new Random(1));
    private final UserDesk desk;
    final RefusalTally refusals = new RefusalTally(0);

    DeskBench(LeaderBench bench, String user, UserRole role) {
        this.bench = bench;
        strange = new StrangeBoards(bench.leader);
        RoundDuty rounds = new RoundDuty(bench.leader, new DrainLoads(bench.leader));
        DrainDuty drains = new DrainDuty(bench.leader, new BlobDuty(bench.leader), rounds, bench.voters);
        DrainDesk drainDesk = new DrainDesk(bench.leader, bench.voters, drains);
        ShutdownDuty shutdown =
                new ShutdownDuty(bench.leader, new AfterDrainDuty(bench.leader, new BlobDuty(bench.leader)));
        Admissions admissions = new Admissions(bench.leader, Optional::empty, new Random(2));
        PasswordDesk passwords = new PasswordDesk(bench.loop(), Runnable::run, new SimPasswordHashing());
        desk = new UserDesk(
                bench.leader,
                new CborCodec(),
                admissions,
                bench.voters,
                strange,
                drainDesk,
                new PowerDesk(bench.leader, drainDesk, shutdown),
                new AccountDesk(bench.leader, admissions, passwords, refusals, new Random(3)),
                refusals);
        bench.append(new Command.CreateToken(new TokenRecord(
                token.id(),
                token.secret().sha256(),
                user,
                TokenPurpose.API,
                Optional.of(role),
                Optional.empty(),
                "root",
                Moment.FOUNDING)));
    }

    /** Asks, and lets the ledger agree. */
    CompletableFuture<Control.Done> act(Action action) {
        return act(token.text(), action);
    }

    /** The same with another credential, or none. */
    CompletableFuture<Control.Done> act(String credential, Action action) {
        return act(new Caller(credential, "head1", "192.0.2.7"), action);
    }

    /** Asks without waiting. */
    CompletableFuture<Control.Done> begin(Caller caller, Action action) {
        return desk.act(caller, action).toCompletableFuture();
    }

    CompletableFuture<Control.Done> act(Caller caller, Action action) {
        CompletableFuture<Control.Done> done = desk.act(caller, action).toCompletableFuture();
        bench.settle();
        return done;
    }
}
