package dev.bramble.dashboard;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.DrainPreview;
import dev.bramble.control.SettingText;
import dev.bramble.control.Views;
import dev.bramble.dashboard.watch.Watch;
import dev.bramble.model.BlobId;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.UserRole;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/** A bramble in the memory of a test. Refuses what a leader would refuse; knobs make it slow, behind or leaderless. */
final class InMemoryControl implements Control {
    final InMemoryBramble bramble = new InMemoryBramble();
    final InMemoryAccounts accounts = bramble.accounts;
    final List<Action> acted = new ArrayList<>();
    final AtomicInteger uploadsBegun = new AtomicInteger();
    final AtomicInteger uploadsFailed = new AtomicInteger();

    /** Nobody leads: nothing can be written, nothing is known of running tasks. */
    volatile boolean leaderless;
    /** What the control port throws when it has a fault; null for none. */
    volatile RuntimeException fault;
    /** How many reads go well before there is a fault; −1 for all. */
    volatile int faultAfterReads = -1;
    /** The end of every job that somebody waits for. */
    volatile CompletableFuture<Void> end = CompletableFuture.completedFuture(null);
    /** One for each who waited for it. */
    final Semaphore endAwaited = new Semaphore(0);
    /** Blobs that are being read. */
    final AtomicInteger blobsOpen = new AtomicInteger();
    /** How many bytes of a blob its node sends before its link breaks; −1 for all. */
    volatile long blobBreaksAfterBytes = -1;

    /** What previews were asked for. */
    final List<Action.OrderDrain> previewed = new ArrayList<>();

    DrainPreview preview = new DrainPreview(
            List.of(),
            List.of(new DrainPreview.OfNode(
                    new NodeId("n2"),
                    "pi02",
                    2,
                    0,
                    1,
                    4,
                    30_000,
                    3,
                    4_200_000,
                    true,
                    false,
                    62_000,
                    List.of("1 task starts anew elsewhere"))),
            -1,
            List.of(new DrainPreview.DeadlineRisk(new JobId(7), "sweep", 90_000, "job 7 would be 90 s late")),
            List.of("pi02 is drained in about a minute"));
    /** One for each who waited for an event. */
    final Semaphore eventsAwaited = new Semaphore(0);

    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private final Map<String, JobId> byIdempotencyKey = new HashMap<>();
    private final Map<String, String> bodyByIdempotencyKey = new HashMap<>();

    @Override
    public <T> CompletionStage<T> read(long afterIndex, Function<Views, T> question) {
        return answer(() -> {
            boolean isOfTheWatch = Thread.currentThread().getName().equals(Watch.THREAD);
            if (!isOfTheWatch && faultAfterReads >= 0 && faultAfterReads-- == 0) {
                throw new IllegalStateException("a planted fault");
            }
            if (afterIndex > bramble.revision) {
                throw refused(
                        Refusal.Kind.UNAVAILABLE,
                        "this head is at revision " + bramble.revision + ", " + (afterIndex - bramble.revision)
                                + " behind what you ask for: try again, or ask another head");
            }
            return question.apply(bramble);
        });
    }

    @Override
    public int writeAnswers(JobId job, int from, OutputStream out) throws IOException {
        for (String line :
                bramble.answers.get(job).subList(from, bramble.answers.get(job).size())) {
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return -1;
    }

    @Override
    public CompletionStage<Void> ended(long afterIndex, JobId job, Duration limit) {
        endAwaited.release();
        return end;
    }

    @Override
    public CompletionStage<Done> act(String credential, Action action, String address) {
        return answer(() -> {
            requireLeader();
            accounts.addresses.add(address);
            if (action instanceof Action.LogIn logIn) {
                return accounts.logIn(logIn, address, done().index());
            }
            if (action instanceof Action.SetUp setUp) {
                return accounts.setUp(setUp, address, done().index());
            }
            Views.Principal caller = bramble.authenticate(credential)
                    .orElseThrow(() -> refused(Refusal.Kind.UNAUTHENTICATED, "this token is unknown"));
            if (!caller.may(action.role())) {
                throw refused(Refusal.Kind.FORBIDDEN, "your role is too low");
            }
            if (action instanceof Action.NoteUse) {
                accounts.uses.add(caller.tokenId());
                return new Done(bramble.revision, Optional.empty(), Optional.empty());
            }
            if (action instanceof Action.NoteRefusal refusal) {
                accounts.refusals.add(refusal);
                return new Done(bramble.revision, Optional.empty(), Optional.empty());
            }
            if (action instanceof Action.BeginSession begin) {
                return accounts.begin(caller, credential, begin.client(), address, done().index());
            }
            acted.add(action);
            return apply(caller, action, address);
        });
    }

    private Done apply(Views.Principal caller, Action action, String address) {
        return switch (action) {
            case Action.SubmitJob submit -> submit(caller, submit);
            case Action.CancelJob cancel -> owned(caller, cancel.job(), () -> bramble.cancel(cancel.job()));
            case Action.RetryJob retry -> owned(caller, retry.job(), () -> bramble.retry(retry.job()));
            case Action.RemoveJob remove -> owned(caller, remove.job(), () -> bramble.remove(remove.job()));
            case Action.HoldBlob hold -> {
                bramble.holders
                        .computeIfAbsent(hold.blob(), any -> new ArrayList<>())
                        .add(caller.user());
                yield done();
            }
            case Action.SetStanding set -> {
                bramble.setStanding(set.node(), set.standing(), set.reason(), caller.user());
                yield done();
            }
            case Action.CreateToken create -> {
                Done done = done();
                yield new Done(done.index(), Optional.empty(), Optional.of("secret-of-" + create.purpose()));
            }
            case Action.ChangeSetting change -> {
                SettingText.read(change.key(), change.value());
                yield done();
            }
            case Action.AckAlert ack -> {
                bramble.alerts.say(ack, caller.user());
                yield done();
            }
            case Action.MuteAlerts mute -> {
                bramble.alerts.say(mute, caller.user());
                yield done();
            }
            case Action.RevokeToken revoke -> {
                accounts.revoke(revoke.tokenId());
                yield done();
            }
            case Action.CreateUser create -> {
                accounts.create(create);
                yield done();
            }
            case Action.ChangeUser change -> {
                accounts.change(change);
                yield done();
            }
            case Action.ChangePassword change -> {
                accounts.change(caller.user(), change);
                yield done();
            }
            case Action.EndSessions end -> {
                String whose = end.user().orElse(caller.user());
                accounts.endSessions(whose, whose.equals(caller.user()) ? caller.tokenId() : "");
                yield done();
            }
            case Action.LogIn _, Action.SetUp _, Action.BeginSession _, Action.NoteUse _, Action.NoteRefusal _ ->
                throw new IllegalStateException("done before");
            case Action.AdmitNode admit -> waiting(admit.enrolment());
            case Action.RefuseNode refuse -> waiting(refuse.enrolment());
            case Action.OrderDrain order -> {
                Views.DrainView drain = InMemoryBramble.drain(order.spec(), order.reason(), caller.user());
                order.nodes()
                        .forEach(node -> bramble.setDrain(node.value(), NodeStanding.DRAINING, Optional.of(drain)));
                yield done();
            }
            case Action.CancelDrain cancel -> {
                bramble.setDrain(cancel.node().value(), NodeStanding.READY, Optional.empty());
                yield done();
            }
            case Action.OrderShutdown order -> {
                bramble.shutdown = Optional.of(new Views.ShutdownView(
                        order.reason(), caller.user(), 5, order.deadline().toMillis(), false, List.of("2 tasks run")));
                yield done();
            }
            case Action.CancelShutdown cancel -> {
                bramble.shutdown = Optional.empty();
                yield done();
            }
            case Action.SetRacks set -> {
                if (set.version() != bramble.racks.version()) {
                    throw refused(Refusal.Kind.CONFLICT, "the rack layout is at version " + bramble.racks.version());
                }
                bramble.racks = new Views.RackView(set.layout(), set.version() + 1, caller.user(), 5);
                yield done();
            }
            case Action.Locate locate -> {
                InMemoryNodes.locate(bramble.nodes, locate, caller.user());
                yield done();
            }
            case Action.AdoptBoard adopt -> done();
            case Action.MoveVote move -> done();
            case Action.ForgetNode forget -> {
                bramble.nodes.removeIf(node -> node.node().equals(forget.node()));
                yield done();
            }
        };
    }

    private Done submit(Views.Principal caller, Action.SubmitJob submit) {
        String key = caller.user() + "/" + submit.idempotencyKey();
        boolean again = !submit.idempotencyKey().isEmpty() && byIdempotencyKey.containsKey(key);
        if (again && !bodyByIdempotencyKey.get(key).equals(submit.bodySha256())) {
            throw refused(Refusal.Kind.CONFLICT, "this Idempotency-Key was used for another job: choose a new one");
        }
        for (ShippedFile file : submit.spec().ship()) {
            if (!bramble.has(caller, file.blob())) {
                throw refused(Refusal.Kind.INVALID, "the file " + file.name() + " is not uploaded");
            }
        }
        JobId job = again ? byIdempotencyKey.get(key) : bramble.add(submit.spec(), caller.user());
        byIdempotencyKey.put(key, job);
        bodyByIdempotencyKey.put(key, submit.bodySha256());
        return new Done(done().index(), Optional.of(job), Optional.empty());
    }

    private Done owned(Views.Principal caller, JobId job, Runnable change) {
        Views.JobView view = bramble.job(job)
                .filter(known -> !caller.ownJobsOnly() || known.owner().equals(caller.user()))
                .orElseThrow(() -> new RefusedException(Refusal.noJob(job)));
        if (!view.owner().equals(caller.user()) && !caller.may(UserRole.OPERATOR)) {
            throw refused(Refusal.Kind.FORBIDDEN, "job " + job + " is " + view.owner() + "'s");
        }
        change.run();
        return done();
    }

    private Done waiting(String enrolment) {
        if (!bramble.waiting.removeIf(board -> board.enrolment().equals(enrolment))) {
            throw refused(Refusal.Kind.NOT_FOUND, "no board waits as " + enrolment);
        }
        return done();
    }

    private Done done() {
        return new Done(++bramble.revision, Optional.empty(), Optional.empty());
    }

    @Override
    public CompletionStage<DrainPreview> previewDrain(List<NodeId> nodes, DrainSpec spec) {
        return answer(() -> {
            requireLeader();
            previewed.add(new Action.OrderDrain(nodes, spec, ""));
            return preview;
        });
    }

    @Override
    public CompletionStage<Void> eventsAfter(long number, Duration limit) {
        CompletableFuture<Void> come = new CompletableFuture<>();
        synchronized (bramble) {
            if (bramble.events.size() > number) {
                come.complete(null);
            } else {
                waiting.add(come);
            }
        }
        eventsAwaited.release();
        return come.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Whether all who wait for an event were left waiting: none of them because its time was over. */
    boolean isEveryWaitUnderWay() {
        synchronized (bramble) {
            return waiting.stream().noneMatch(CompletableFuture::isDone);
        }
    }

    /** Something happens, and whoever waits for it hears of it. */
    void happen(EventKind kind, Optional<String> node, Optional<JobId> job, String text) {
        List<CompletableFuture<Void>> all;
        synchronized (bramble) {
            bramble.happen(kind, node, job, text);
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(come -> come.complete(null));
    }

    /** The ledger goes on from a copy that knows so many events. */
    void recover(int events) {
        List<CompletableFuture<Void>> all;
        synchronized (bramble) {
            bramble.events.subList(events, bramble.events.size()).clear();
            all = List.copyOf(waiting);
            waiting.clear();
        }
        all.forEach(come -> come.complete(null));
    }

    @Override
    public CompletionStage<RunningTasks> running(JobId job, int fromTask, int limit) {
        return answer(() -> {
            requireLeader();
            List<RunningTask> all = bramble.running.getOrDefault(job, List.of()).stream()
                    .filter(task -> task.task() >= fromTask)
                    .toList();
            boolean more = all.size() > limit;
            return new RunningTasks(
                    more ? all.subList(0, limit) : all, more ? all.get(limit).task() : -1);
        });
    }

    @Override
    public CompletionStage<NodeTasks> runningOn(NodeId node, int limit) {
        return answer(() -> {
            requireLeader();
            List<NodeTask> all = bramble.running.entrySet().stream()
                    .flatMap(job -> job.getValue().stream()
                            .filter(task -> task.node().equals(node))
                            .map(task -> new NodeTask(
                                    job.getKey(), task.task(), 1, task.attempt(), task.running(), task.millis())))
                    .toList();
            return new NodeTasks(all.stream().limit(limit).toList(), Math.max(0, all.size() - limit));
        });
    }

    @Override
    public CompletionStage<LogSlice> log(JobId job, int task, LogStream stream, long offset, int bytesMax) {
        return answer(() -> {
            byte[] all = bramble.logs.getOrDefault(stream, new byte[0]);
            long from = offset < 0 ? Math.max(0, all.length + offset) : Math.min(offset, all.length);
            byte[] slice = Arrays.copyOfRange(all, (int) from, (int) Math.min(all.length, from + bytesMax));
            return new LogSlice(from, slice, all.length, true, false);
        });
    }

    @Override
    public UploadedBlob upload(InputStream bytes) throws IOException {
        uploadsBegun.incrementAndGet();
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try {
            bytes.transferTo(whole);
        } catch (IOException e) {
            uploadsFailed.incrementAndGet();
            throw e;
        }
        requireLeader();
        BlobId blob = bramble.keep(whole.toByteArray());
        return new UploadedBlob(blob, whole.size(), List.of(new NodeId("n1"), new NodeId("n2")));
    }

    @Override
    public Optional<InputStream> open(BlobId blob) {
        byte[] bytes = bramble.blobs.get(blob);
        if (bytes == null) {
            return Optional.empty();
        }
        blobsOpen.incrementAndGet();
        return Optional.of(new NodeStream(bytes, blobBreaksAfterBytes < 0 ? Long.MAX_VALUE : blobBreaksAfterBytes));
    }

    @Override
    public Optional<InputStream> open(Output.Slice slice) {
        int from = (int) slice.offset();
        return Optional.ofNullable(bramble.blobs.get(slice.segment().blob()))
                .map(segment -> new ByteArrayInputStream(segment, from, (int) slice.sizeBytes()));
    }

    /** A node's link, which may break. */
    private final class NodeStream extends InputStream {
        private final InputStream in;
        private long left;

        NodeStream(byte[] bytes, long left) {
            this.in = new ByteArrayInputStream(bytes);
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (left <= 0) {
                throw new IOException("the node is gone");
            }
            int got = in.read(into, offset, (int) Math.min(length, left));
            left -= Math.max(0, got);
            return got;
        }

        @Override
        public void close() {
            blobsOpen.decrementAndGet();
        }
    }

    private void requireLeader() {
        if (leaderless) {
            throw refused(Refusal.Kind.UNAVAILABLE, "there is no leader now: try again");
        }
    }

    private static RefusedException refused(Refusal.Kind kind, String sentence) {
        return new RefusedException(kind, sentence);
    }

    private <T> CompletionStage<T> answer(Supplier<T> supplier) {
        synchronized (bramble) {
            try {
                if (fault != null) {
                    throw fault;
                }
                return CompletableFuture.completedFuture(supplier.get());
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(new CompletionException(e).getCause());
            }
        }
    }

    static BlobId blobOf(byte[] bytes) {
        try {
            return new BlobId(HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
