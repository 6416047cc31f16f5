package dev.bramble.sim;

import dev.bramble.control.Action;
import dev.bramble.control.Answer;
import dev.bramble.control.Control;
import dev.bramble.control.Question;
import dev.bramble.leader.Leader;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TokenPurpose;
import dev.bramble.model.UserRole;
import dev.bramble.store.NoRoomException;
import dev.bramble.time.Moment;
import dev.bramble.trust.ApiToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Those who use the bramble: they submit jobs and do things to them, and ask again until they get an answer. */
final class SimClient {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final String OPERATOR = "operator";

    private final Simulation simulation;
    private final SplittableRandom random;
    private final TreeMap<String, ApiToken> credentials = new TreeMap<>();
    private final List<JobId> accepted = new ArrayList<>();
    private final TreeMap<NodeId, Asking> standings = new TreeMap<>();
    private int open;

    SimClient(Simulation simulation, SplittableRandom random) {
        this.simulation = simulation;
        this.random = random;
        credentials.put(OPERATOR, ApiToken.random(random));
        for (String user : JobPlan.USERS) {
            credentials.put(user, ApiToken.random(random));
        }
    }

    /** What the ledger must know so that these clients are let in. */
    List<TokenRecord> tokens() {
        List<TokenRecord> tokens = new ArrayList<>();
        credentials.forEach((user, token) -> tokens.add(new TokenRecord(
                token.id(),
                token.secret().sha256(),
                user,
                TokenPurpose.API,
                Optional.of(user.equals(OPERATOR) ? UserRole.ADMIN : UserRole.SUBMITTER),
                Optional.empty(),
                "found",
                Moment.FOUNDING)));
        return tokens;
    }

    /** Whether nothing is left to do or to wait for. */
    boolean isDone() {
        return open == 0;
    }

    void begin(List<JobPlan> plans) {
        open = plans.size();
        for (JobPlan plan : plans) {
            simulation.time.after(plan.at(), () -> upload(plan, plan.spec().inputs()));
        }
    }

    /** Brings the files there one by one, then submits. */
    private void upload(JobPlan plan, List<ShippedFile> files) {
        if (files.isEmpty()) {
            submit(plan);
            return;
        }
        ShippedFile file = files.getFirst();
        List<NodeId> holders = store(file);
        if (holders.isEmpty()) {
            simulation.time.after(LOOK_EVERY, () -> upload(plan, files));
            return;
        }
        ask(
                plan.owner(),
                new Action.HoldBlob(file.blob(), file.sizeBytes(), holders),
                done -> upload(plan, files.subList(1, files.size())),
                refusal -> open--);
    }

    private List<NodeId> store(ShippedFile file) {
        List<SimNode> up = simulation.nodes().stream().filter(SimNode::isUp).toList();
        int first = up.isEmpty() ? 0 : random.nextInt(up.size());
        List<NodeId> holders = new ArrayList<>();
        for (int i = 0; i < up.size() && holders.size() < 2; i++) {
            SimNode node = up.get((first + i) % up.size());
            try {
                node.disk.put(new ByteArrayInputStream(JobPlan.bytes(file.blob())), Long.MAX_VALUE);
                holders.add(node.id);
            } catch (NoRoomException full) {
                continue;
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
        return holders;
    }

    private void submit(JobPlan plan) {
        List<JobId> own = accepted.stream()
                .filter(job -> simulation
                        .invariants
                        .front()
                        .job(job)
                        .filter(record -> record.owner().equals(plan.owner()))
                        .isPresent())
                .toList();
        List<JobId> after = plan.waits() && !own.isEmpty() ? List.of(own.get(random.nextInt(own.size()))) : List.of();
        JobSpec spec = plan.specAfter(after);
        ask(
                plan.owner(),
                new Action.SubmitJob(spec, plan.key(), "body of " + plan.key()),
                done -> follow(plan, done),
                refusal -> {
                    if (isShutDown(refusal)) {
                        simulation.time.after(PATIENCE, () -> submit(plan));
                    } else {
                        open--;
                    }
                });
    }

    /** A person submits again after the start. */
    private static boolean isShutDown(Refusal refusal) {
        return refusal.kind() == Refusal.Kind.CONFLICT && refusal.sentence().contains("is being shut down");
    }

    private void follow(JobPlan plan, Control.Done done) {
        JobId job = done.job().orElseThrow();
        simulation.trace.note("accepted", plan.key(), job);
        // An answer to a repeated submission has no index: the job is in what is applied by now.
        simulation.invariants.acknowledged(job, done.index() > 0 ? done.index() : simulation.invariants.frontIndex());
        accepted.add(job);
        plan.cancelAfter()
                .ifPresent(delay -> simulation.time.after(
                        delay, () -> ask(plan.owner(), new Action.CancelJob(job), nothing -> {}, refusal -> {})));
        look(plan, job, plan.retries());
    }

    private void look(JobPlan plan, JobId job, int retries) {
        Optional<JobPhase> phase = simulation.invariants.front().job(job).map(JobRecord::phase);
        if (phase.isEmpty()) {
            open--;
        } else if (!phase.get().isFinal()) {
            simulation.time.after(LOOK_EVERY, () -> look(plan, job, retries));
        } else if (phase.get() != JobPhase.SUCCEEDED && retries > 0) {
            ask(plan.owner(), new Action.RetryJob(job), done -> look(plan, job, retries - 1), refusal -> {
                if (isShutDown(refusal)) {
                    simulation.time.after(PATIENCE, () -> look(plan, job, retries));
                } else {
                    look(plan, job, retries - 1);
                }
            });
        } else if (plan.removes()) {
            ask(plan.owner(), new Action.RemoveJob(job), done -> open--, refusal -> open--);
        } else {
            open--;
        }
    }

    /** Has an operator's action done, as often as it takes. */
    void operate(Action action) {
        ask(OPERATOR, action, done -> {}, refusal -> {});
    }

    /** The same; what was wanted of the node before is not asked for any more, lest it be done last. */
    void operate(Action.SetStanding set) {
        Optional.ofNullable(standings.remove(set.node())).ifPresent(Asking::drop);
        standings.put(set.node(), ask(OPERATOR, set, done -> {}, refusal -> {}));
    }

    private Asking ask(String user, Action action, Consumer<Control.Done> then, Consumer<Refusal> otherwise) {
        Asking asking = new Asking(new Question.Act(credentials.get(user).text(), action), then, otherwise);
        asking.again();
        return asking;
    }

    private final class Asking {
        private final Question question;
        private final Consumer<Control.Done> then;
        private final Consumer<Refusal> otherwise;
        private boolean answered;

        Asking(Question question, Consumer<Control.Done> then, Consumer<Refusal> otherwise) {
            this.question = question;
            this.then = then;
            this.otherwise = otherwise;
        }

        void again() {
            if (answered) {
                return;
            }
            simulation.time.after(PATIENCE, this::again);
            Optional<SimNode> node = leader();
            if (node.isPresent() && !isLost()) {
                node.get().post(() -> put(node.get()));
            }
        }

        private void put(SimNode node) {
            if (!answered) {
                node.answer(question).thenAccept(this::heard);
            }
        }

        void drop() {
            answered = true;
        }

        private void heard(Answer answer) {
            if (!answered && !isLost()) {
                simulation.guarded(() -> take(answer));
            }
        }

        private void take(Answer answer) {
            if (answer instanceof Answer.Acted acted) {
                answered = true;
                then.accept(acted.done());
            } else if (answer instanceof Answer.Refused refused && isFinal(refused.refusal())) {
                simulation.trace.note("refused", refused.refusal().sentence());
                answered = true;
                otherwise.accept(refused.refusal());
            }
        }
    }

    /** A new leader's state may not have the tokens yet that the founding leader writes, so that is no answer. */
    private static boolean isFinal(Refusal refusal) {
        return refusal.kind() != Refusal.Kind.UNAVAILABLE && refusal.kind() != Refusal.Kind.UNAUTHENTICATED;
    }

    /** Mostly the newest leader, sometimes an old one that does not know it yet. */
    private Optional<SimNode> leader() {
        List<SimNode> leading = simulation.nodes().stream()
                .filter(node -> node.leading().isPresent())
                .sorted(Comparator.comparingLong(node -> -term(node)))
                .toList();
        if (leading.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(leading.get(random.nextInt(5) == 0 ? random.nextInt(leading.size()) : 0));
    }

    private static long term(SimNode node) {
        return node.leading().map(Leader::term).orElse(0L);
    }

    private boolean isLost() {
        double share = simulation.faults().lostReplies();
        return share > 0 && random.nextDouble() < share;
    }
}
