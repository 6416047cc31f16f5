package dev.bramble.runner;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.Requests;
import dev.bramble.cluster.View;
import dev.bramble.codec.CborCodec;
import dev.bramble.model.AttemptId;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BatchOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobOrder;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeCapacity;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.SampleJob;
import dev.bramble.model.TaskId;
import dev.bramble.model.TaskInput;
import dev.bramble.model.WorkOrder;
import dev.bramble.store.Scratch;
import dev.bramble.store.SimBlobStore;
import dev.bramble.store.SimPeerBlobs;
import dev.bramble.time.Moment;
import dev.bramble.time.SimTime;
import dev.bramble.worker.SimFilters;
import dev.bramble.worker.SimWorkers;
import dev.bramble.worker.Workers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** A runner on virtual time; the test is the leader. */
abstract class RunnerBed {
    static final NodeId SELF = new NodeId("a");
    static final NodeId LEADER = new NodeId("head");
    static final JobId JOB = new JobId(1);
    static final BlobId MISSING = new BlobId("ab".repeat(32));

    final SimTime time = new SimTime();
    final SimTime.SimLoop loop = time.newLoop();
    final List<Message> sent = new ArrayList<>();
    final TreeMap<AttemptId, Long> started = new TreeMap<>();
    final TreeMap<AttemptId, List<String>> placed = new TreeMap<>();
    final SimBlobStore blobs = new SimBlobStore();
    final SimWorkers workers;
    final SimFilters filters;
    final Runner runner;
    /** Agents of this node: the one that runs, and others after a restart. */
    final Supplier<Runner> runners;

    final SimCordonMemory cordons = new SimCordonMemory();
    final Cluster cluster = new Recording();
    SimFilters.Play program = SimFilters.Play.of(line -> new SimFilters.Deed.Print(Duration.ofMillis(1), answer(line)));
    SimWorkers.Play play = SimWorkers.Play.of(Duration.ofSeconds(1), new Workers.Exit.Code(0));
    Function<AttemptId, SimWorkers.Play> plays = attempt -> play;
    Duration disk = Duration.ZERO;
    List<Member> view = List.of();
    long numbers;

    RunnerBed() {
        Offload offload = new Offload(loop, task -> loop.after(disk, task));
        workers = new SimWorkers(loop, order -> {
            started.put(order.attempt(), time.nanos());
            play.files()
                    .forEach((name, bytes) ->
                            blobs.write(Path.of("/simulated", order.attempt().toString(), "work", name), bytes));
            SimWorkers.Play its = plays.apply(order.attempt());
            its.checkpoint()
                    .forEach((name, bytes) ->
                            blobs.write(Path.of("/simulated", order.attempt().toString(), "checkpoint", name), bytes));
            placed.put(
                    order.attempt(),
                    order.checkpoint().stream().map(Workers.PlacedFile::name).toList());
            return its;
        });
        filters = new SimFilters(loop, order -> program);
        ReduceInput reduce = new ReduceInput(
                offload, new NoScratch(), new Requests(loop, cluster), new CborCodec(), Optional::empty);
        Inputs inputs = new Inputs(offload, cluster, blobs, new SimPeerBlobs().from(SELF), Optional::empty, reduce);
        Results results = new Results(SELF, offload, cluster, workers, blobs, new SimPeerBlobs().from(SELF));
        NodeCapacity capacity = new NodeCapacity(2000, 1000, new TreeMap<>(), "simulated");
        runners = () -> new Runner(new Runner.Parts(
                SELF, loop, cluster, workers, filters, inputs, results, capacity, Optional::empty, cordons));
        runner = runners.get();
        runner.start();
        runner.received(new Message.Pulse(1, LEADER, Moment.FOUNDING, 0, List.of(LEADER), Optional.empty()));
    }

    /** Each line, with a mark behind it. */
    static byte[] answer(byte[] line) {
        return (new String(line, StandardCharsets.UTF_8) + "!\n").getBytes(StandardCharsets.UTF_8);
    }

    void pass(Duration duration) {
        boolean[] over = {false};
        time.after(duration, () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    void pulse() {
        runner.received(new Message.Pulse(1, LEADER, Moment.FOUNDING, 0, List.of(LEADER), Optional.empty()));
    }

    void order(SampleJob job, int... sequences) {
        order(++numbers, job, sequences);
    }

    void order(long number, SampleJob job, int... sequences) {
        runner.received(orders(number, List.of(jobOrder(job.spec())), sequences));
        pass(Duration.ofMillis(1));
    }

    static Message.Orders orders(long number, List<JobOrder> jobs, int... sequences) {
        List<WorkOrder> attempts = Arrays.stream(sequences)
                .mapToObj(sequence -> new WorkOrder(
                        id(sequence),
                        new TaskId(JOB, sequence),
                        1,
                        0,
                        1,
                        new TaskInput.Index(sequence),
                        Optional.empty()))
                .toList();
        return new Message.Orders(1, number, Output.INLINE_BYTES_MAX, Optional.empty(), jobs, attempts, List.of());
    }

    static JobOrder jobOrder(JobSpec spec) {
        return new JobOrder(
                JOB,
                spec.name(),
                spec.command(),
                spec.filter().map(framing -> new JobOrder.Filter(framing, spec.tasks())),
                spec.ship(),
                spec.env(),
                spec.needs(),
                spec.deadline().map(Moment.FOUNDING::plus),
                spec.timeout(),
                spec.outputs(),
                spec.reduce(),
                spec.traits());
    }

    static AttemptId id(int sequence) {
        return new AttemptId(1, sequence);
    }

    /** What a leader knows that has heard everything: the newest status, and what came after it. */
    Message.Status lastStatus() {
        Message.Status last = statuses().getLast();
        LinkedHashMap<AttemptId, Message.Held> held = new LinkedHashMap<>();
        last.held().forEach(each -> held.put(each.attempt(), each));
        List<AttemptOutcome> outcomes = new ArrayList<>(last.outcomes());
        List<BatchOutcome> batches = new ArrayList<>(last.batches());
        for (Message message : sent.subList(sent.lastIndexOf(last), sent.size())) {
            if (message instanceof Message.Progress progress) {
                progress.running().forEach(each -> held.put(each.attempt(), each));
                progress.outcomes().forEach(each -> held.remove(each.attempt()));
                progress.batches().forEach(each -> held.remove(each.attempt()));
                outcomes.addAll(progress.outcomes());
                batches.addAll(progress.batches());
            }
        }
        return new Message.Status(
                last.term(),
                last.ordersSeen(),
                last.capacity(),
                last.health(),
                List.copyOf(held.values()),
                outcomes,
                batches,
                last.outcomesMore(),
                Optional.empty());
    }

    List<Message.Progress> progress() {
        return sent.stream()
                .filter(Message.Progress.class::isInstance)
                .map(Message.Progress.class::cast)
                .toList();
    }

    List<Message.Status> statuses() {
        return sent.stream()
                .filter(Message.Status.class::isInstance)
                .map(Message.Status.class::cast)
                .toList();
    }

    List<AttemptOutcome> outcomes() {
        return lastStatus().outcomes();
    }

    /** Lines {@code from} to {@code from + count} − 1 of a filter whose lines are numbers. */
    void orderBatch(int sequence, int from, int count) {
        SampleJob job = SampleJob.of(1000).needs(1000, 600).filter();
        WorkOrder batch = new WorkOrder(
                id(sequence), new TaskId(JOB, from), count, 0, 1, new TaskInput.Index(from), Optional.empty());
        runner.received(new Message.Orders(
                1,
                ++numbers,
                Output.INLINE_BYTES_MAX,
                Optional.empty(),
                List.of(jobOrder(job.spec())),
                List.of(batch),
                List.of()));
        pass(Duration.ofMillis(1));
    }

    /** Remembers what is sent; nobody else is there. */
    private final class Recording implements Cluster {
        @Override
        public View view() {
            return new View(1, view);
        }

        @Override
        public void send(NodeId to, Message message) {
            sent.add(message);
        }

        @Override
        public void sendToAll(Message message) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Map<NodeId, Duration> roundTripTimes() {
            return Map.of();
        }

        @Override
        public void close() {}
    }

    private static final class NoScratch implements Scratch {
        @Override
        public Path write(String group, String name, byte[] bytes) {
            return Path.of(group, name);
        }

        @Override
        public Path append(String group, String name, Content content) throws IOException {
            content.writeTo(OutputStream.nullOutputStream());
            return write(group, name, new byte[0]);
        }

        @Override
        public void delete(String group) {}
    }
}
