package dev.bramble.leader;

import dev.bramble.ledger.Command;
import dev.bramble.ledger.Happening;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.HealthLimits;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Setting;
import dev.bramble.scheduler.NodeOffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Takes nodes out of work whose boards suffer, and back, as {@link HealthActs} says. Event loop of the leader; how long
 * boards have suffered is soft state, what was done about it is in the ledger.
 */
final class HealthDuty {
    private final Leader leader;
    private final DrainDesk drains;
    private final Map<NodeId, Ailing> boards = new HashMap<>();
    /** Deeds on their way into the ledger. */
    private int underWay;

    private List<String> spared = List.of();
    private long term = -1;

    HealthDuty(Leader leader, DrainDesk drains) {
        this.leader = leader;
        this.drains = drains;
    }

    /** Called with every pulse. */
    void check() {
        if (!leader.isLeading()) {
            return;
        }
        if (leader.term() != term) {
            term = leader.term();
            boards.clear();
            underWay = 0;
            spared = List.of();
        }
        boards.keySet().retainAll(leader.books().keySet());
        List<HealthActs.Case> cases = new ArrayList<>();
        for (NodeBook book : leader.books().values()) {
            NodeId node = book.member().node();
            if (leader.state().node(node).isPresent()) {
                cases.add(look(book, leader.state().node(node).get()));
            }
        }
        // What voters of an older release could not undo is not done.
        boolean isKnown = leader.mayWrite(new Command.LiftCordon(leader.self(), ""));
        if (!isKnown || !leader.knowsNodes() || leader.state().shutdown().isPresent()) {
            spared = List.of();
            return;
        }
        Set<NodeId> working =
                leader.planning().offers().stream().map(NodeOffer::node).collect(Collectors.toSet());
        HealthActs.Verdict verdict = HealthActs.judge(leader.state(), cases, working, this::refusal);
        spared = verdict.spared();
        // What is on its way into the ledger is not counted in the next verdict yet.
        if (underWay == 0) {
            verdict.deeds().forEach(this::act);
        }
    }

    private HealthActs.Case look(NodeBook book, NodeRecord node) {
        long now = leader.loop().nanos();
        HealthLimits limits = leader.state().settings().healthLimits();
        Optional<BoardHealth> fresh =
                book.health().filter(known -> now - book.heardNanos() < Ailment.FRESH_MAX.toNanos());
        Ailing board = boards.computeIfAbsent(
                node.node(), id -> new Ailing(ailment -> HealthActs.isActedOn(node, ailment), now));
        board.look(fresh, limits, now);
        Map<Ailment, String> sick = new EnumMap<>(Ailment.class);
        Set<Ailment> well = EnumSet.noneOf(Ailment.class);
        Set<Ailment> unknown = EnumSet.noneOf(Ailment.class);
        for (Ailment ailment : Ailment.values()) {
            if (fresh.isPresent() && board.isSickFor(ailment, time(Setting.HEALTH_ACT_AFTER), now)) {
                sick.put(ailment, ailment.reason(fresh.get(), limits));
            } else if (board.isWellFor(ailment, time(Setting.HEALTH_BACK_AFTER), now)) {
                well.add(ailment);
            } else if (board.isUnknownFor(ailment, time(Setting.HEALTH_ACT_AFTER), now)) {
                unknown.add(ailment);
            }
        }
        return new HealthActs.Case(node.node(), sick, well, unknown);
    }

    private Duration time(Setting setting) {
        return Duration.ofMillis(leader.state().settings().get(setting));
    }

    private Optional<String> refusal(NodeRecord node) {
        return drains.refusals(List.of(node)).stream().findFirst();
    }

    private void act(HealthActs.Deed deed) {
        long ofTerm = leader.term();
        underWay++;
        append(deed).whenComplete((index, failure) -> {
            if (leader.leads(ofTerm)) {
                underWay--;
            }
        });
    }

    private CompletionStage<Long> append(HealthActs.Deed deed) {
        return leader.append(
                switch (deed) {
                    case HealthActs.Deed.Cordon cordon ->
                        new Command.SetStanding(
                                cordon.node(), NodeStanding.CORDONED, cordon.reason(), Happening.BRAMBLE);
                    case HealthActs.Deed.Lift lift -> new Command.LiftCordon(lift.node(), lift.reason());
                    case HealthActs.Deed.Drain drain ->
                        new Command.OrderDrain(
                                drains.takeNumbers(1),
                                List.of(drain.node()),
                                HealthActs.DRAIN,
                                drain.reason(),
                                Happening.BRAMBLE);
                    case HealthActs.Deed.Cancel cancel ->
                        new Command.CancelDrain(cancel.node(), cancel.drain(), Happening.BRAMBLE);
                });
    }

    /** Sentences for operators: what only flags, and what waits for somebody. */
    List<String> warnings() {
        return leader.isLeading() ? spared : List.of();
    }
}
