package dev.bramble.leader;

import dev.bramble.control.Action;
import dev.bramble.control.DrainWish;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.ShutdownRecord;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What users ask about the whole bramble's power. Event loop of the leader. */
final class PowerDesk {
    private final Leader leader;
    private final DrainDesk drains;
    private final ShutdownDuty duty;

    PowerDesk(Leader leader, DrainDesk drains, ShutdownDuty duty) {
        this.leader = leader;
        this.drains = drains;
        this.duty = duty;
    }

    /** No new work is taken while the bramble is being shut down: to ask again at once would not help. */
    void requireOpen() {
        leader.state().shutdown().ifPresent(shutdown -> {
            String why = shutdown.reason().isEmpty() ? "" : " (" + shutdown.reason() + ")";
            throw new RefusedException(
                    Refusal.Kind.CONFLICT,
                    "the bramble is being shut down by " + shutdown.by() + why
                            + " and takes no new work: submit it again after the next start");
        });
    }

    CompletionStage<Long> shutdown(String user, Action.OrderShutdown order) {
        leader.state().shutdown().ifPresent(earlier -> {
            throw new RefusedException(
                    Refusal.Kind.CONFLICT,
                    "a shutdown is under way already: " + earlier.by() + " ordered it"
                            + (earlier.reason().isEmpty() ? "" : " (" + earlier.reason() + ")"));
        });
        List<Problem> problems = DrainWish.mistakesInTimes(order.deadline(), order.grace());
        if (!problems.isEmpty()) {
            throw new RefusedException(
                    new Refusal(Refusal.Kind.INVALID, "the shutdown cannot be ordered as it is", problems));
        }
        return leader.append(new Command.OrderShutdown(
                drains.takeNumbers(1),
                order.mode(),
                order.deadline(),
                order.grace(),
                order.reason(),
                user,
                Optional.of(leader.livesOfAgents())));
    }

    CompletionStage<Long> cancelShutdown(String user) {
        Optional<ShutdownRecord> shutdown = leader.state().shutdown();
        if (shutdown.isEmpty()) {
            throw new RefusedException(Refusal.Kind.CONFLICT, "no shutdown is under way");
        }
        Optional<String> staysOn = duty.staysOn();
        if (shutdown.get().poweringOff().isPresent() && staysOn.isEmpty()) {
            throw tooLate();
        }
        long number = shutdown.get().number();
        return leader.append(new Command.CancelShutdown(number, user, staysOn)).thenApply(index -> {
            requireCancelled(number);
            return index;
        });
    }

    /** Boards may have been told to power off by a command that came first. */
    private void requireCancelled(long number) {
        if (leader.state()
                .shutdown()
                .filter(shutdown -> shutdown.number() == number)
                .isPresent()) {
            throw tooLate();
        }
    }

    private static RefusedException tooLate() {
        return new RefusedException(
                Refusal.Kind.CONFLICT,
                "it is too late to call the shutdown off: boards power off; work goes on by itself when they are"
                        + " started again, and if boards cannot power off, it can be called off once all of them have"
                        + " said so or are overdue");
    }
}
