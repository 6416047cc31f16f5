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
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** What one user asks of a leader, through the desk that checks it. */
final class DeskBench {
    final StrangeBoards strange;
    private final LeaderBench bench;
    private final ApiToken token = ApiToken.random(new Random(1));
    private final UserDesk desk;

    DeskBench(LeaderBench bench, String user, UserRole role) {
        this.bench = bench;
        strange = new StrangeBoards(bench.leader);
        RoundDuty rounds = new RoundDuty(bench.leader, new DrainLoads(bench.leader));
        DrainDuty drains = new DrainDuty(bench.leader, new BlobDuty(bench.leader), rounds, bench.voters);
        DrainDesk drainDesk = new DrainDesk(bench.leader, bench.voters, drains);
        ShutdownDuty shutdown =
                new ShutdownDuty(bench.leader, new AfterDrainDuty(bench.leader, new BlobDuty(bench.leader)));
        desk = new UserDesk(
                bench.leader,
                new CborCodec(),
                new Admissions(bench.leader, Optional::empty, new Random(2)),
                bench.voters,
                strange,
                drainDesk,
                new PowerDesk(bench.leader, drainDesk, shutdown),
                new Random(3));
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
        CompletableFuture<Control.Done> done = desk.act(token.text(), action).toCompletableFuture();
        bench.settle();
        return done;
    }
}
