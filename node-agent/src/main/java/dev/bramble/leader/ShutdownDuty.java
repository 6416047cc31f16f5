package dev.bramble.leader;

import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.ShutdownRecord;
import dev.bramble.model.NodeId;
import dev.bramble.model.PowerAct;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shuts the bramble down and lets it work again after the next start. What was ordered is hard state: a leader that is
 * elected meanwhile goes on with it. Event loop of the leader.
 */
final class ShutdownDuty {
    private final Leader leader;
    private final AfterDrainDuty powers;
    private final Map<NodeId, Long> toldSinceNanos = new HashMap<>();
    private List<String> waitsFor = List.of();
    private boolean appending;
    private Optional<String> staysOn = Optional.empty();
    private long term = -1;
    private long leadingSinceNanos;
    /** The order to this leader's own board, once it waits for nobody but voters. */
    private Optional<Message.BoardOrder> own = Optional.empty();

    ShutdownDuty(Leader leader, AfterDrainDuty powers) {
        this.leader = leader;
        this.powers = powers;
    }

    /** What is still missing, a sentence each. */
    List<String> waitsFor() {
        return waitsFor;
    }

    /** Once no board that was told to power off will do so by itself: which, and why. The shutdown may be cancelled. */
    Optional<String> staysOn() {
        return leader.isLeading() && leader.term() == term ? staysOn : Optional.empty();
    }

    /** Called with every pulse. */
    void check() {
        own = Optional.empty();
        staysOn = Optional.empty();
        if (!leader.isLeading()) {
            return;
        }
        if (leader.term() != term) {
            term = leader.term();
            leadingSinceNanos = leader.loop().nanos();
            toldSinceNanos.clear();
            appending = false;
        }
        Optional<ShutdownRecord> shutdown = leader.state().shutdown();
        waitsFor = List.of();
        if (shutdown.isEmpty() || appending || !leader.knowsNodes()) {
            return;
        }
        ShutdownPlan plan = ShutdownPlan.of(shutdown.get(), ups(shutdown.get()), leader.self(), leader.now());
        List<String> lives = leader.livesOfAgents();
        ShutdownStart start = ShutdownStart.of(
                shutdown.get(),
                incarnation(leader.self()),
                lives,
                plan.isStuck(),
                Duration.ofNanos(leader.loop().nanos() - leadingSinceNanos));
        switch (start) {
            case NOT_YET -> act(shutdown.get(), plan);
            case UNSURE -> waitsFor = List.of("whether any node has been up since the shutdown was ordered");
            case STARTED -> append(new Command.Resume(shutdown.get().number(), Optional.of(lives)));
        }
    }

    private String incarnation(NodeId node) {
        return leader.cluster().view().member(node).map(Member::incarnation).orElse("");
    }

    private List<ShutdownPlan.Up> ups(ShutdownRecord shutdown) {
        List<ShutdownPlan.Up> ups = new ArrayList<>();
        for (NodeBook book : leader.books().values()) {
            NodeId node = book.member().node();
            long told = toldSinceNanos.getOrDefault(node, leader.loop().nanos());
            ups.add(new ShutdownPlan.Up(
                    node,
                    leader.state().node(node).map(NodeRecord::name).orElse(node.value()),
                    leader.isVoter(node),
                    rests(book),
                    book.held().stream()
                            .map(held ->
                                    new ShutdownPlan.Running(held.attempt, DrainLoads.keepsCheckpoints(leader, held)))
                            .toList(),
                    !shutdown.knows(book.member().incarnation()),
                    Duration.ofNanos(leader.loop().nanos() - told),
                    toldSinceNanos.containsKey(node) ? powers.trouble(node, shutdown.number()) : Optional.empty()));
        }
        return ups;
    }

    private static boolean rests(NodeBook book) {
        return book.hasReported()
                && book.status().rest().filter(Message.Rest::isComplete).isPresent();
    }

    private void act(ShutdownRecord shutdown, ShutdownPlan plan) {
        waitsFor = plan.waitsFor();
        plan.stop()
                .forEach((node, attempts) -> leader.cluster()
                        .send(
                                node,
                                new Message.Withdraw(
                                        leader.term(),
                                        attempts,
                                        "the bramble is being shut down",
                                        Optional.of(shutdown.grace()))));
        plan.powerOff().ifPresent(why -> {
            append(new Command.BeginPowerOff(shutdown.number(), leader.livesOfAgents(), why));
        });
        own = plan.isLast() ? Optional.of(order(leader.self(), shutdown)) : Optional.empty();
        staysOn = plan.isStuck() ? Optional.of(String.join("; ", plan.waitsFor())) : Optional.empty();
        for (NodeId node : plan.off()) {
            toldSinceNanos.putIfAbsent(node, leader.loop().nanos());
            leader.cluster().send(node, order(node, shutdown));
        }
    }

    private Message.BoardOrder order(NodeId node, ShutdownRecord shutdown) {
        return new Message.BoardOrder(
                leader.term(),
                shutdown.number(),
                incarnation(node),
                PowerAct.POWEROFF,
                Optional.of(ShutdownPlan.isOver(shutdown, leader.now())));
    }

    private void append(Command command) {
        long ofTerm = term;
        appending = true;
        leader.append(command).whenComplete((index, failure) -> {
            if (leader.leads(ofTerm)) {
                appending = false;
            }
        });
    }

    /**
     * This node leads no more. When it has told the other voters to power off, they have: it was left without a
     * majority, and nobody else can tell its own board.
     */
    void following() {
        own.filter(order -> leader.state()
                        .shutdown()
                        .filter(shutdown -> shutdown.number() == order.number())
                        .isPresent())
                .ifPresent(order -> leader.cluster().send(leader.self(), order));
        own = Optional.empty();
        staysOn = Optional.empty();
        waitsFor = List.of();
    }
}
