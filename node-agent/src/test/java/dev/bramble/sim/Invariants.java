package dev.bramble.sim;

import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.leader.Leader;
import dev.bramble.leader.LeaderProbe;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.RecordedResult;
import dev.bramble.ledger.Replica;
import dev.bramble.model.AttemptEnd;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Output;
import dev.bramble.model.TaskArguments;
import dev.bramble.model.TaskId;
import dev.bramble.model.WorkOrder;
import dev.bramble.sim.Run.Granted;
import dev.bramble.worker.Workers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.roaringbitmap.IntConsumer;

/**
 * What must hold at every moment, checked from outside: by what processes really ran and printed, by what leaders sent
 * and by what voters applied. The first violation is kept; the simulation ends on it.
 */
final class Invariants {
    /** A withdrawal that is lost is said again within a second or two; a process that ignores SIGTERM gets 5 s. */
    private static final Duration LEFTOVERS_MAX = Duration.ofSeconds(15);

    /** Views, leases, lost orders and files that could not be brought all take less. */
    private static final Duration STANDSTILL_MAX = Duration.ofSeconds(25);

    private final Simulation simulation;
    private final Map<AttemptId, Granted> granted = new HashMap<>();
    private final Map<AttemptId, Run> runs = new HashMap<>();
    private final Map<TaskId, Map<Integer, Integer>> failures = new HashMap<>();
    private final Map<TaskId, Set<NodeId>> nodesOfTask = new HashMap<>();
    private final Map<JobId, Integer> runningOfJob = new HashMap<>();
    private final Set<Success> succeeded = new HashSet<>();
    private final Map<NodeId, Room> rooms = new HashMap<>();
    private final EqualStates equal;
    private final ExclusiveRuns exclusives = new ExclusiveRuns();
    final SecondAttempts seconds;
    private final Map<Long, NodeId> leaders = new HashMap<>();
    private final TreeMap<JobId, Long> acknowledged = new TreeMap<>();
    private final Map<String, JobId> jobOfName = new HashMap<>();
    private final Set<JobId> removed = new HashSet<>();
    private final Set<JobId> everSucceeded = new HashSet<>();
    private final Map<JobId, Phase> phases = new HashMap<>();
    private final Map<TaskId, Recorded> recorded = new HashMap<>();
    private long front;
    private LedgerState frontState = new LedgerState();
    private String violation;
    private long starts;
    private long startsBefore;
    private long frontBefore;
    private long movedNanos;

    private record Success(TaskId task, int epoch) {}

    private record Phase(JobPhase phase, int epoch, long sinceNanos) {
        boolean isSameAs(Phase other) {
            return phase == other.phase && epoch == other.epoch;
        }
    }

    private record Recorded(int epoch, String author) {}

    /** What runs on one node, and what its agent has heard. */
    private static final class Room {
        int milliCpus;
        long memoryBytes;
        long newestTerm;
        long pulseNanos = Long.MIN_VALUE / 2;
    }

    Invariants(Simulation simulation) {
        this.simulation = simulation;
        this.equal = new EqualStates(simulation.codec);
        this.seconds = new SecondAttempts(simulation);
    }

    /** What is wrong, or null. */
    String violation() {
        return violation;
    }

    /** The newest index that any voter has applied. */
    long frontIndex() {
        return front;
    }

    /** The state there. */
    LedgerState front() {
        return frontState;
    }

    long starts() {
        return starts;
    }

    private void require(boolean holds, String theorem, Object... details) {
        if (!holds && violation == null) {
            violation = theorem + ": " + Arrays.toString(details);
        }
    }

    /** Something is wrong that somebody else saw. */
    void violated(String sentence) {
        require(false, sentence);
    }

    // What leaders and clients do

    void leads(SimNode node, long term) {
        simulation.trace.note("leading", node.id, term);
        NodeId other = leaders.putIfAbsent(term, node.id);
        require(other == null, "at most one leader in a term", term, other, node.id);
    }

    /** The client was told that its job is accepted. */
    void acknowledged(JobId job, long index) {
        acknowledged.putIfAbsent(job, index);
    }

    void granted(SimNode node, NodeId to, Message.Orders orders) {
        Leader leader = node.leading().orElse(null);
        if (leader == null) {
            require(false, "only a leader grants", node.id);
            return;
        }
        LedgerState state = leader.state();
        require(
                state.node(to)
                        .map(known -> known.standing() == NodeStanding.READY)
                        .orElse(false),
                "no grant to a cordoned node",
                node.id,
                to);
        for (WorkOrder order : orders.attempts()) {
            simulation.trace.note(
                    "grant", order.attempt(), "task", order.task(), "to", to, "by order", orders.number());
            JobRecord job = state.job(order.task().job()).orElseThrow();
            require(
                    job.nextSucceeded(order.task().index()) >= order.tasks().end()
                            && job.nextFailed(order.task().index())
                                    >= order.tasks().end(),
                    "no grant of a task with an outcome",
                    order);
            require(job.retryEpoch() == order.retryEpoch(), "no grant under an old epoch", order);
            Granted grant = new Granted(
                    to,
                    order.task(),
                    order.count(),
                    order.retryEpoch(),
                    job.spec().timeout().toMillis(),
                    job.spec().isExclusive());
            require(granted.put(order.attempt(), grant) == null, "no two grants share an id", order);
            require(
                    LeaderProbe.held(leader, job.id()) <= job.spec().atOnce(),
                    "at_once is kept",
                    job.id(),
                    job.spec().atOnce());
        }
        WorkOrder first = orders.attempts().getFirst();
        int holders = LeaderProbe.holders(leader, first.task(), first.retryEpoch());
        boolean isCopy = holders == 2
                && orders.attempts().size() == 1
                && !isCalm()
                && seconds.allows(leader, state.job(first.task().job()).orElseThrow(), first, to, runs.values());
        require(holders == 1 || isCopy, "no grant of a task that somebody holds, but of a straggler one copy", first);
        drift(leader);
    }

    void drift(Leader leader) {
        LeaderProbe.drift(leader).forEach(sentence -> require(false, "the leader's counts are right", sentence));
    }

    // What nodes do

    void booted(SimNode node) {
        rooms.put(node.id, new Room());
    }

    void pulse(SimNode node, Message.Pulse pulse) {
        Room room = rooms.get(node.id);
        if (pulse.term() >= room.newestTerm) {
            room.newestTerm = pulse.term();
            room.pulseNanos = simulation.time.nanos();
        }
    }

    void started(SimNode node, AttemptId attempt, Workers.ProcessLimits limits) {
        Granted grant = granted.get(attempt);
        simulation.trace.note("run", node.id, attempt, "task", grant == null ? "unknown" : grant.task());
        starts++;
        simulation.drains.started(node);
        require(grant != null && grant.node().equals(node.id), "nothing runs that was not granted", node.id, attempt);
        if (grant == null) {
            return;
        }
        Run run = new Run(node.id, grant, limits, simulation.time.nanos());
        require(runs.put(attempt, run) == null, "an attempt starts once", attempt);
        exclusives.began(grant, attempt).ifPresent(this::violated);
        for (int task = grant.task().index(); task < grant.task().index() + grant.count(); task++) {
            nodesOfTask
                    .computeIfAbsent(new TaskId(grant.task().job(), task), id -> new HashSet<>())
                    .add(node.id);
        }
        Room room = rooms.get(node.id);
        require(
                simulation.time.nanos() - room.pulseNanos < Timing.LEASE.toNanos(),
                "a fenced node starts nothing",
                node.id,
                attempt);
        room.milliCpus += run.milliCpus;
        room.memoryBytes += run.memoryBytes;
        require(
                room.milliCpus <= node.capacity.milliCpus() && room.memoryBytes <= node.capacity.memoryBytes(),
                "never more runs on a node than it holds",
                node.id,
                room.milliCpus,
                room.memoryBytes);
        frontState.job(grant.task().job()).ifPresent(job -> turnHasCome(job, grant.task()));
        if (isCalm()) {
            JobId job = grant.task().job();
            int now = runningOfJob.merge(job, 1, Integer::sum);
            require(
                    frontState
                            .job(job)
                            .map(record -> now <= record.spec().atOnce())
                            .orElse(true),
                    "without faults no more than at_once run",
                    job,
                    now);
        }
    }

    /** Without faults more holds: copies and excess come from attempts whose fate nobody knew. */
    private boolean isCalm() {
        return simulation.options.faults().equals(Faults.NONE);
    }

    private void turnHasCome(JobRecord job, TaskId task) {
        require(
                everSucceeded.containsAll(job.spec().after()),
                "no task starts before the jobs it waits for succeeded",
                task);
        if (task.index() == job.spec().reduceIndex()) {
            require(
                    job.succeededTasks() == job.spec().tasks().count(),
                    "no reduce starts before all tasks succeeded",
                    task);
        }
    }

    /** Its process is gone, though its agent may not know it yet. */
    void gone(AttemptId attempt) {
        exclusives.gone(attempt);
    }

    void stopped(AttemptId attempt) {
        Run run = runs.get(attempt);
        if (run != null) {
            run.stopped = true;
        }
    }

    void ended(SimNode node, AttemptId attempt, Workers.Ended ended) {
        simulation.trace.note("end", node.id, attempt, ended.exit().toString());
        Run run = runs.get(attempt);
        require(run.exit == null && !run.dead, "a process ends once", attempt);
        run.exit = ended.exit();
        makeRoom(run);
        if (isCalm()) {
            runningOfJob.merge(run.granted.task().job(), -1, Integer::sum);
            boolean again = ended.exit().equals(new Workers.Exit.Code(0))
                    && !run.stopped
                    && !succeeded.add(new Success(run.granted.task(), run.granted.epoch()));
            require(!again, "without faults no task succeeds twice", attempt);
        }
        boolean timedOut = run.stopped && ended.millis() >= run.granted.timeoutMillis();
        boolean failed = !ended.exit().equals(new Workers.Exit.Code(0)) && !(run.stopped && Run.isKill(ended.exit()));
        if (timedOut || failed) {
            failures.computeIfAbsent(run.granted.task(), task -> new HashMap<>())
                    .merge(run.granted.epoch(), 1, Integer::sum);
        }
    }

    void batchEnded(SimNode node, AttemptId attempt) {
        simulation.trace.note("end", node.id, attempt);
        Run run = runs.get(attempt);
        require(run.exit == null && !run.dead, "a batch ends once", attempt);
        run.exit = new Workers.Exit.Code(0);
        makeRoom(run);
        if (isCalm()) {
            runningOfJob.merge(run.granted.task().job(), -1, Integer::sum);
        }
    }

    private void makeRoom(Run run) {
        Room room = rooms.get(run.node);
        room.milliCpus -= run.milliCpus;
        room.memoryBytes -= run.memoryBytes;
    }

    long startsOn(NodeId node) {
        return runs.values().stream().filter(run -> run.node.equals(node)).count();
    }

    long runningOn(NodeId node) {
        return runs.values().stream()
                .filter(run -> run.node.equals(node) && run.exit == null && !run.dead)
                .count();
    }

    /** The node's agent died, and every process it had. */
    void killed(SimNode node) {
        exclusives.died(node.id);
        for (Run run : runs.values()) {
            if (run.node.equals(node.id) && run.exit == null) {
                run.dead = true;
            }
        }
    }

    /** Whether what waits for the job may begin: it succeeded, and nobody has it tried once more. */
    private boolean isBehind(JobId job) {
        return everSucceeded.contains(job)
                && frontState.job(job).map(known -> known.phase().isFinal()).orElse(true);
    }

    /** What must hold every second once nothing breaks any more. */
    void checkCalm() {
        long now = simulation.time.nanos();
        boolean runsAnything = false;
        for (Run run : runs.values()) {
            if (run.exit == null && !run.dead) {
                runsAnything = true;
                Phase phase = phases.get(run.granted.task().job());
                boolean leftover = (phase.phase.isFinal() || phase.epoch != run.granted.epoch())
                        && now - Math.max(phase.sinceNanos, simulation.calmSinceNanos()) > LEFTOVERS_MAX.toNanos();
                require(!leftover, "what nobody waits for is stopped soon", run.node, run.granted.task());
            }
        }
        boolean isWork = frontState.activeJobs().stream()
                .anyMatch(job -> job.spec().after().stream().allMatch(this::isBehind) && simulation.canRun(job));
        if (runsAnything
                || !isWork
                || simulation.drains.isAnyOpen()
                || simulation.boards.isShutDown()
                || !simulation.isMajorityUp()
                || starts != startsBefore
                || front != frontBefore) {
            startsBefore = starts;
            frontBefore = front;
            movedNanos = now;
        }
        boolean isAnyOff = simulation.nodes().stream().anyMatch(node -> !node.isUp());
        Duration most = isAnyOff ? STANDSTILL_MAX.plus(LeaderProbe.AWAY_WAIT) : STANDSTILL_MAX;
        require(
                now - Math.max(movedNanos, simulation.calmSinceNanos()) <= most.toNanos(),
                "with nothing broken work never stands still");
    }

    // What voters apply

    void applied(SimNode node, Replica replica, long index, byte[] entry) {
        simulation.trace.note("applied", node.id, index);
        require(equal.isOneEntry(index, entry), "one entry at one index", index, node.id);
        if (EqualStates.isDue(replica)) {
            compareState(node, replica);
        }
        if (index > front) {
            front = index;
            frontState = replica.state();
            advance(simulation.codec.decodeEntry(entry));
        }
    }

    void restored(SimNode node, Replica replica, long index) {
        simulation.trace.note("restored", node.id, index);
        compareState(node, replica);
    }

    void compareState(SimNode node, Replica replica) {
        require(equal.isOneState(replica), "equal state at equal index", replica.index(), node.id);
    }

    private void advance(Entry entry) {
        simulation.drains.applied(entry);
        simulation.boards.applied(entry);
        entry.commands().stream()
                .map(Command::bare)
                .filter(Command.RemoveJob.class::isInstance)
                .map(command -> ((Command.RemoveJob) command).job())
                .filter(job -> frontState.job(job).isEmpty())
                .forEach(removed::add);
        acknowledged.forEach((job, index) -> require(
                index > front || removed.contains(job) || frontState.job(job).isPresent(),
                "nothing accepted is forgotten",
                job));
        frontState.jobs().values().forEach(this::followPhase);
        for (Command command : entry.commands()) {
            switch (command) {
                case Command.RecordOutcomes record ->
                    record.outcomes().stream().map(AttemptOutcome::task).forEach(this::checkResult);
                case Command.RecordBatches record ->
                    record.batches().forEach(batch -> {
                        for (int task = batch.tasks().from();
                                task < batch.tasks().end();
                                task++) {
                            checkResult(new TaskId(batch.job(), task));
                        }
                    });
                case Command.RecordLosses losses ->
                    losses.tasks().forEach((IntConsumer) task -> checkResult(new TaskId(losses.job(), task)));
                default -> {
                    // No other command gives a task its outcome.
                }
            }
        }
    }

    private void followPhase(JobRecord job) {
        JobId first = jobOfName.computeIfAbsent(job.spec().name(), name -> job.id());
        require(
                first.equals(job.id()),
                "a submission that is repeated is one job",
                job.spec().name(),
                first,
                job.id());
        Phase now = new Phase(job.phase(), job.retryEpoch(), simulation.time.nanos());
        Phase before = phases.get(job.id());
        if (before == null || !before.isSameAs(now)) {
            phases.put(job.id(), now);
        }
        if (now.phase == JobPhase.SUCCEEDED) {
            everSucceeded.add(job.id());
        }
        require(
                before == null || !before.phase.isFinal() || before.isSameAs(now) || now.epoch == before.epoch + 1,
                "a job leaves a final phase by a retry only",
                job.id(),
                before,
                now);
    }

    private void checkResult(TaskId task) {
        JobRecord job = frontState.job(task.job()).orElse(null);
        if (job == null || !job.hasOutcome(task.index())) {
            return;
        }
        RecordedResult result = job.result(task.index()).orElse(null);
        require(result != null, "an outcome has a result", task);
        if (result == null || simulation.contents.isDestroyed(result)) {
            return;
        }
        boolean isLine = isLine(job, task.index());
        String author = isLine ? answer(result) : author(result);
        Recorded before = recorded.get(task);
        if (before != null
                && (job.hasSucceeded(task.index()) || before.epoch == job.retryEpoch())
                && before.epoch <= job.retryEpoch()
                && !isRetriedFailure(before, job)) {
            require(before.author.equals(author), "one outcome per task and epoch", task, before, author);
            return;
        }
        recorded.put(task, new Recorded(job.retryEpoch(), author));
        if (isLine) {
            checkAnswer(job, task, result, author);
        } else {
            checkTruth(job, task, result);
        }
    }

    private static boolean isLine(JobRecord job, int task) {
        return job.spec().filter().isPresent() && task != job.spec().reduceIndex();
    }

    /** What is recorded for a line: its answer, from the ledger or from whichever card has its segment. */
    private String answer(RecordedResult result) {
        if (result.end() != AttemptEnd.SUCCEEDED) {
            return "failed " + result.reason();
        }
        return switch (result.stdout()) {
            case Output.Inline inline -> "succeeded " + new String(inline.bytes(), StandardCharsets.UTF_8);
            case Output.Stored stored -> "stored";
            case Output.Slice slice -> "slice";
            case Output.SegmentLine line -> "succeeded " + simulation.contents.line(line);
        };
    }

    private void checkAnswer(JobRecord job, TaskId task, RecordedResult result, String answer) {
        if (result.reason().startsWith("put aside as poison")) {
            require(
                    nodesOfTask.getOrDefault(task, Set.of()).size() >= JobRecord.POISON_NODES,
                    "poison was started on three nodes",
                    task);
            return;
        }
        String line = TaskArguments.brambleInput(TaskArguments.inputOf(job.spec(), task.index()))
                .orElseThrow();
        FilterBehaviour program = FilterBehaviour.of(job.spec().command());
        String truth = program.answers(line) ? "succeeded " + program.answer(line) : "failed";
        require(answer.startsWith(truth), "a line gets its own answer, and fails only if it must", task, answer, truth);
        require(!program.answers(line) || answer.equals(truth), "the answer to a line is whole", task, answer);
    }

    private static boolean isRetriedFailure(Recorded before, JobRecord job) {
        return before.epoch < job.retryEpoch() && !before.author.startsWith("succeeded");
    }

    private String author(RecordedResult result) {
        String verdict = result.end() == AttemptEnd.SUCCEEDED ? "succeeded " : "failed ";
        if (result.stdout().sizeBytes() > 0) {
            return verdict + simulation.contents.author(result);
        }
        return verdict + result.node() + " " + result.reason();
    }

    /** Every recorded outcome of every job is still the one that was recorded first. */
    void checkAllResults() {
        for (JobRecord job : frontState.jobs().values()) {
            for (int task = 0; task < job.spec().totalTasks(); task++) {
                TaskId id = new TaskId(job.id(), task);
                Recorded before = recorded.get(id);
                if (before != null && before.author.startsWith("succeeded")) {
                    require(job.hasSucceeded(task), "a recorded success stays", id);
                }
                checkResult(id);
            }
        }
    }

    private void checkTruth(JobRecord job, TaskId task, RecordedResult result) {
        if (result.reason().startsWith("put aside as poison")) {
            require(
                    nodesOfTask.getOrDefault(task, Set.of()).size() >= JobRecord.POISON_NODES,
                    "poison was started on three nodes",
                    task);
            return;
        }
        if (result.end() != AttemptEnd.SUCCEEDED) {
            int real = failures.getOrDefault(task, Map.of()).getOrDefault(job.retryEpoch(), 0);
            require(
                    real >= job.spec().attempts(),
                    "a task fails only after all its tries failed",
                    task,
                    real,
                    job.spec().attempts(),
                    job.history(task.index()));
        }
        byte[] printed = simulation.contents.of(result.stdout()).orElse(null);
        require(printed != null, "a recorded result can be read", task, result.stdout());
        if (printed == null || printed.length == 0) {
            return;
        }
        AttemptId attempt = Behaviour.author(printed);
        require(
                simulation.contents.isWhatItLeft(job, task.index(), result, attempt),
                "a recorded result is what its attempt left",
                task,
                result);
        Run run = runs.get(attempt);
        require(
                run != null
                        && run.granted.task().equals(task)
                        && run.granted.epoch() == job.retryEpoch()
                        && run.node.equals(result.node())
                        && run.exit != null,
                "a recorded result is of an attempt that ran",
                task,
                attempt);
        if (run == null || run.exit == null) {
            return;
        }
        boolean honest = switch (result.end()) {
            case SUCCEEDED -> run.exit.equals(new Workers.Exit.Code(0));
            case FAILED -> !run.exit.equals(new Workers.Exit.Code(0)) && !(run.stopped && Run.isKill(run.exit));
            case TIMED_OUT -> run.stopped;
            case KILLED -> false;
        };
        require(honest, "a recorded end is how the process ended", task, attempt, result.end(), run.exit);
    }
}
