package dev.bramble.leader;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Timing;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.LostFiles;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.model.AttemptLimits;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.Checkpoint;
import dev.bramble.model.JobId;
import dev.bramble.model.JobOrder;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Needs;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.Reading;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskArguments;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskInput;
import dev.bramble.model.WorkOrder;
import dev.bramble.scheduler.Grant;
import dev.bramble.scheduler.JobDemand;
import dev.bramble.scheduler.NodeOffer;
import dev.bramble.scheduler.Places;
import dev.bramble.scheduler.Scheduler;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Brings the leader's soft state before the scheduler and its grants to the nodes. Event loop only. */
final class Planning {
    /** Attempts in one message of orders: with their inputs well below the largest message. */
    static final int ORDERS_ATTEMPTS_MAX = 512;
    /** Estimated bytes of one message of orders: half of what a message may have, since the estimate is rough. */
    private static final long ORDERS_BYTES_AIM = Cluster.MESSAGE_BYTES_MAX / 2;
    /** About what an attempt, a job and the place of a file cost in a message beside their words. */
    private static final long ATTEMPT_BYTES = 200;

    private static final long JOB_BYTES = 500;
    private static final long PLACE_BYTES = 250;
    /** A board slower than this share of its clock is taken to be this slow, so that no estimate explodes. */
    private static final double SPEED_MIN = 0.1;

    /**
     * What a task's needs must leave free of a node's disk: beneath it the store takes no copies any more, and the
     * ledger and the logs need room, too.
     */
    private static final long NODE_DISK_RESERVE_BYTES = 256L << 20;

    private final Leader leader;
    private final Stragglers stragglers;
    private final AwayCheckpoints away;

    Planning(Leader leader) {
        this.leader = leader;
        this.stragglers = new Stragglers(leader);
        this.away = new AwayCheckpoints(leader);
    }

    List<NodeOffer> offers() {
        if (leader.state().shutdown().isPresent()) {
            return List.of();
        }
        long now = leader.loop().nanos();
        Set<TaskId> suspects = leader.suspects().all();
        Set<TaskId> lastChances = leader.suspects().lastChances(suspects);
        List<NodeOffer> offers = new ArrayList<>();
        for (NodeBook book : leader.books().values()) {
            boolean fresh = book.hasReported() && now - book.heardNanos() < Timing.LEASE.toNanos();
            Optional<NodeRecord> node = leader.state().node(book.member().node());
            // A node that was cordoned until now drops what it is given before it has heard of the change.
            if (fresh && node.isPresent() && node.get().standing().takesWork() && !book.rests()) {
                offers.add(book.offer(
                        node.get(),
                        now,
                        diskFreeBytes(book),
                        speed(book),
                        book.holdsPart() || book.holdsAny(suspects),
                        book.holdsAny(lastChances),
                        job -> taskSeconds(job, book),
                        job -> taskSeconds(job, book) * cpus(job)));
            }
        }
        return offers;
    }

    private static OptionalLong diskFreeBytes(NodeBook book) {
        Double free = book.health()
                .map(health -> health.diskFreeBytes())
                .map(Reading::value)
                .orElse(null);
        return free == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, free.longValue() - NODE_DISK_RESERVE_BYTES));
    }

    static double speed(NodeBook book) {
        Double share =
                book.health().map(health -> health.speed()).map(Reading::value).orElse(null);
        return share == null ? 1 : Math.clamp(share, SPEED_MIN, 1);
    }

    private double taskSeconds(JobId job, NodeBook book) {
        JobQueue queue = leader.queues().get(job);
        return queue == null ? 0 : on(book, queue, queue.taskSeconds().orElse(queue.guessSeconds()));
    }

    /** Estimated run time of one task on the node, in seconds; empty while nothing was measured. */
    static OptionalDouble taskSeconds(JobQueue queue, NodeBook book) {
        OptionalDouble measured = queue.taskSeconds();
        return measured.isPresent() ? OptionalDouble.of(on(book, queue, measured.getAsDouble())) : measured;
    }

    private static double on(NodeBook book, JobQueue queue, double seconds) {
        return seconds * queue.paces().of(book.member().node()) / speed(book);
    }

    private double cpus(JobId job) {
        JobQueue queue = leader.queues().get(job);
        return queue == null ? 0 : queue.job().spec().needs().milliCpus() / 1000.0;
    }

    void planAndSend() {
        if (leader.queues().isEmpty()) {
            return;
        }
        List<NodeOffer> offers = offers();
        // Asked for with every report and entry: mostly the nodes have enough in hand.
        if (!Scheduler.isAnyOpen(offers)) {
            return;
        }
        TreeMap<NodeId, List<Grant>> byNode = new TreeMap<>();
        List<Grant> planned = Scheduler.plan(offers, demands(new Places(offers)));
        if (planned.isEmpty()) {
            for (Grant copy : stragglers.plan(offers)) {
                send(copy.node(), List.of(copy));
                stragglers.granted(copy);
            }
        }
        for (Grant grant : planned) {
            byNode.computeIfAbsent(grant.node(), node -> new ArrayList<>()).add(grant);
        }
        byNode.forEach((node, grants) -> {
            for (int from = 0; from < grants.size(); from += ORDERS_ATTEMPTS_MAX) {
                send(node, grants.subList(from, Math.min(grants.size(), from + ORDERS_ATTEMPTS_MAX)));
            }
        });
        if (byNode.values().stream().mapToInt(List::size).sum() >= Scheduler.GRANTS_MAX) {
            leader.requestPlan();
        }
    }

    private List<JobDemand> demands(Places places) {
        Map<JobId, Integer> held = heldByJob();
        Map<String, Long> shares = new HashMap<>();
        for (JobQueue queue : leader.queues().values()) {
            long milliCpus = (long) queue.held() * queue.job().spec().needs().milliCpus();
            shares.merge(queue.job().owner(), milliCpus, Long::sum);
        }
        Moment now = leader.now();
        Set<JobId> stopped = LostFiles.stoppedJobs(leader.state());
        List<JobDemand> demands = new ArrayList<>();
        for (JobQueue queue : leader.queues().values()) {
            JobRecord job = queue.job();
            if (stopped.contains(job.id()) || !leader.waitsFor(job).isEmpty()) {
                continue;
            }
            int free = job.spec().atOnce() - held.getOrDefault(job.id(), 0);
            demands.add(demand(queue, places, shares.get(job.owner()), free, now));
        }
        return demands;
    }

    private JobDemand demand(JobQueue queue, Places places, long ownerMilliCpus, int room, Moment now) {
        JobRecord job = queue.job();
        Needs needs = job.spec().needs();
        Duration remaining = remaining(queue, places).orElse(Duration.ZERO);
        return new JobDemand(
                job.id(),
                job.owner(),
                job.spec().priority(),
                job.submittedAt(),
                job.deadline().map(deadline -> deadline.since(now).minus(remaining)),
                remaining,
                ownerMilliCpus,
                needs,
                room,
                queue.taskSeconds(),
                queue.guessSeconds(),
                queue.paces()::of,
                queue.batchTasks(
                        (int) Math.clamp(places.slots(needs), 1L, job.spec().atOnce())),
                queue::open,
                queue.supply(),
                task -> leader.suspects().chosenLast(job, task),
                task -> away.of(job, task, places.offers()));
    }

    /** Attempts of the job that nodes hold, those that are waited for among them. */
    int heldOf(JobId job) {
        return books().mapToInt(book -> book.heldOf(job)).sum();
    }

    /** The same of all jobs of which any are held. */
    private Map<JobId, Integer> heldByJob() {
        Map<JobId, Integer> held = new HashMap<>();
        books().forEach(book -> book.countHeld(held));
        return held;
    }

    private Stream<NodeBook> books() {
        return Stream.concat(leader.books().values().stream(), leader.heldBooks().books().stream());
    }

    /** Estimated time until the job is done if it had all nodes that can run it; empty while nothing was measured. */
    Optional<Duration> remaining(JobQueue queue, Places places) {
        if (queue.taskSeconds().isEmpty()) {
            return Optional.empty();
        }
        JobSpec spec = queue.job().spec();
        double together = Math.min(places.slotsAtSpeed(spec.needs()), spec.atOnce());
        if (together <= 0) {
            return Optional.empty();
        }
        int left = spec.tasks().count()
                - queue.job().succeededTasks()
                - queue.job().failedTasks();
        double rounds =
                Math.max(left / together, left > 0 ? 1 : 0) + (spec.reduce().isPresent() ? 1 : 0);
        return Optional.of(
                Duration.ofMillis((long) (rounds * queue.taskSeconds().getAsDouble() * 1000)));
    }

    private void send(NodeId node, List<Grant> grants) {
        NodeBook book = leader.books().get(node);
        Outgoing outgoing = new Outgoing(node);
        for (Grant grant : grants) {
            JobQueue queue = leader.queues().get(grant.job());
            if (queue.job().spec().isExclusive()) {
                leader.exclusives().grant(book, queue, grant);
            } else {
                outgoing.add(book, queue, leader.grant(book, queue, grant.tasks(), NodeBook.Held.NOT_SENT));
            }
        }
        outgoing.send();
    }

    /** Sends what was granted before. */
    void sendGranted(NodeBook book, JobQueue queue, NodeBook.Held held) {
        Outgoing outgoing = new Outgoing(book.member().node());
        outgoing.add(book, queue, held);
        outgoing.send();
    }

    /** Orders for one node: mostly one message, more where a job ships thousands of files or has long inputs. */
    private final class Outgoing {
        private final NodeId node;
        private final Set<BlobId> blobs = new HashSet<>();
        private List<JobOrder> jobs = new ArrayList<>();
        private List<WorkOrder> attempts = new ArrayList<>();
        private List<Message.BlobPlace> places = new ArrayList<>();
        private long bytes;
        private long number = leader.nextOrdersNumber();

        Outgoing(NodeId node) {
            this.node = node;
        }

        void add(BlobId blob) {
            if (blobs.add(blob)) {
                makeRoom(PLACE_BYTES);
                List<NodeId> holders = leader.state()
                        .blob(blob)
                        .map(BlobRecord::holders)
                        .map(List::copyOf)
                        .orElse(List.of());
                places.add(new Message.BlobPlace(blob, holders));
            }
        }

        void add(JobRecord job) {
            makeRoom(JOB_BYTES + job.spec().heldBytes());
            jobs.add(order(job));
        }

        void add(NodeBook book, JobQueue queue, NodeBook.Held held) {
            JobSpec spec = queue.job().spec();
            if (book.tellOf(held.task.job())) {
                spec.ship().forEach(file -> add(file.blob()));
                add(queue.job());
            }
            TaskInput input = TaskArguments.inputOf(spec, held.task.index());
            inputFile(input).ifPresent(file -> add(file.blob()));
            Optional<Checkpoint> checkpoint = checkpoint(queue.job(), held.task);
            makeRoom(ATTEMPT_BYTES
                    + bytes(input)
                    + checkpoint.map(Checkpoint::messageBytes).orElse(0));
            held.ordersNumber = number;
            held.sinceNanos = leader.loop().nanos();
            attempts.add(new WorkOrder(
                    held.attempt, held.task, held.count, held.retryEpoch, held.number, input, checkpoint));
        }

        /** What the task's last attempt left, unless no node has it whole any more: then the task begins anew. */
        private Optional<Checkpoint> checkpoint(JobRecord job, TaskId task) {
            Optional<Checkpoint> checkpoint = job.checkpoint(task.index());
            Optional<String> lost = checkpoint.flatMap(Planning.this::lostFile);
            if (lost.isEmpty()) {
                checkpoint.ifPresent(left -> left.stored().forEach(file -> add(file.blob())));
                return checkpoint;
            }
            String reason =
                    "its checkpoint is lost, no node has the file '" + lost.get() + "' any more: the task begins anew";
            leader.append(new Command.LoseCheckpoint(
                    task, job.retryEpoch(), job.checkpointBy(task.index()).orElseThrow(), node, reason));
            return Optional.empty();
        }

        private void makeRoom(long more) {
            if (bytes > 0 && bytes + more > ORDERS_BYTES_AIM) {
                send();
                number = leader.nextOrdersNumber();
                jobs = new ArrayList<>();
                attempts = new ArrayList<>();
                places = new ArrayList<>();
                bytes = 0;
            }
            bytes += more;
        }

        void send() {
            if (attempts.isEmpty() && jobs.isEmpty() && places.isEmpty()) {
                return;
            }
            LedgerState state = leader.state();
            int inline = state.inlineBytes() < LedgerState.INLINE_BYTES_MAX ? Output.INLINE_BYTES_MAX : 0;
            Optional<AttemptLimits> limits = Optional.of(state.settings().attemptLimits());
            leader.cluster()
                    .send(node, new Message.Orders(leader.term(), number, inline, limits, jobs, attempts, places));
        }
    }

    /** The name of a file of which no node has a copy, up or down. */
    private Optional<String> lostFile(Checkpoint checkpoint) {
        return checkpoint.files().stream()
                .filter(file -> file.content()
                        .stored()
                        .flatMap(stored -> leader.state().blob(stored.blob()))
                        .map(BlobRecord::holders)
                        .filter(holders -> !holders.isEmpty())
                        .isEmpty())
                .map(AttemptOutcome.KeptFile::name)
                .findFirst();
    }

    private static long bytes(TaskInput input) {
        return switch (input) {
            case TaskInput.Index index -> 0;
            case TaskInput.Parameters parameters ->
                parameters.values().entrySet().stream()
                        .mapToLong(
                                each -> each.getKey().length() + each.getValue().length())
                        .sum();
            case TaskInput.Line line -> PLACE_BYTES;
            case TaskInput.File file -> PLACE_BYTES;
            case TaskInput.Results results -> 0;
        };
    }

    private static Optional<ShippedFile> inputFile(TaskInput input) {
        return switch (input) {
            case TaskInput.Index index -> Optional.empty();
            case TaskInput.Parameters parameters -> Optional.empty();
            case TaskInput.Line line -> Optional.of(line.file());
            case TaskInput.File file -> Optional.of(file.file());
            case TaskInput.Results results -> Optional.empty();
        };
    }

    private static JobOrder order(JobRecord job) {
        JobSpec spec = job.spec();
        return new JobOrder(
                job.id(),
                spec.name(),
                spec.command(),
                spec.filter().map(framing -> new JobOrder.Filter(framing, spec.tasks())),
                spec.ship(),
                spec.env(),
                spec.needs(),
                job.deadline(),
                spec.timeout(),
                spec.outputs(),
                spec.reduce(),
                spec.traits());
    }

    /** Ends jobs whose time or whose reason to wait is over. */
    void watchJobs() {
        Moment now = leader.now();
        for (JobQueue queue : List.copyOf(leader.queues().values())) {
            JobRecord job = queue.job();
            boolean missed =
                    job.deadline().map(deadline -> !now.isBefore(deadline)).orElse(false);
            if (missed && job.spec().cancelAtDeadline()) {
                leader.append(new Command.CancelJob(job.id(), "deadline", "its deadline has passed"));
                continue;
            }
            for (JobId after : job.spec().after()) {
                JobPhase phase = leader.state().job(after).map(JobRecord::phase).orElse(JobPhase.CANCELLED);
                if (phase == JobPhase.FAILED || phase == JobPhase.CANCELLED) {
                    leader.append(new Command.CancelJob(
                            job.id(), "after", "job " + after + ", which it waits for, did not succeed"));
                    break;
                }
            }
        }
    }

    /**
     * Why tasks of the job wait, in words. While others of it run only what stands in the way of all that are left, or
     * of one that may run nowhere yet: that they wait for their turn goes without saying.
     */
    String waitingBecause(JobQueue queue, Places places) {
        Set<JobId> waitsFor = leader.waitsFor(queue.job());
        if (!waitsFor.isEmpty()) {
            return "it waits for job " + waitsFor.stream().map(JobId::toString).collect(Collectors.joining(", "));
        }
        boolean runs = queue.running() > 0;
        boolean isAnyLeft = !runs || queue.supply().hasNext();
        if (isAnyLeft
                && LostFiles.stoppedJobs(leader.state()).contains(queue.job().id())) {
            return "a file that it needs is lost";
        }
        if (!runs && queue.held() > 0) {
            return "its tasks are on their way to nodes";
        }
        String isExclusive = leader.exclusives().waitingBecause(queue.job().id());
        if (!isExclusive.isEmpty()) {
            return isExclusive;
        }
        if (isAnyLeft && leader.state().shutdown().isPresent()) {
            return "the bramble is being shut down: it goes on after the next start";
        }
        String isAway = isAnyLeft ? away.waitingBecause(queue) : "";
        if (!isAway.isEmpty()) {
            return isAway;
        }
        Needs needs = queue.job().spec().needs();
        if (runs) {
            return isAnyLeft ? places.impossibleBecause(needs).orElseGet(() -> waitsForFaster(queue, places)) : "";
        }
        String isSuspect = leader.suspects().waitingBecause(queue.job(), places.offers());
        String isSlow = waitsForFaster(queue, places);
        return !isSuspect.isEmpty()
                ? isSuspect
                : !isSlow.isEmpty() ? isSlow : places.waitingBecause(needs) + OwnActs.words(leader.state());
    }

    /** Near a job's end slow nodes get no more of it. */
    private String waitsForFaster(JobQueue queue, Places places) {
        List<String> slow = Scheduler.tooSlow(places.offers(), demand(queue, places, 0, 1, leader.now()));
        return slow.isEmpty()
                ? ""
                : "its last tasks wait for faster nodes: on " + String.join(", ", slow)
                        + (slow.size() == 1 ? ", which has room," : ", which have room,") + " they would end later";
    }
}
