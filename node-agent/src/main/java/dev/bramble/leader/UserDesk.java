package dev.bramble.leader;

import dev.bramble.control.Action;
import dev.bramble.control.Authentication;
import dev.bramble.control.Control;
import dev.bramble.control.DrainPreview;
import dev.bramble.control.SettingText;
import dev.bramble.control.Views;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.Command;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.EntryCodec;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.NodeRecord;
import dev.bramble.ledger.Origin;
import dev.bramble.model.CutText;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Does what users ask: checks the credential, the role, the owner and the state, then appends. Event loop of the
 * leader.
 */
public final class UserDesk {
    /** An uploaded file without a job is kept so long. DESIGN section 9. */
    static final Duration HOLD = Duration.ofHours(24);
    /** Encoded size of one job: the engine's entry limit less room for what else rides in the entry. */
    static final int JOB_BYTES_MAX = Ledger.ENTRY_BYTES_MAX * 3 / 4;

    private final Leader leader;
    private final EntryCodec codec;
    private final Admissions admissions;
    private final StrangeBoards strange;
    private final VoterDuty voters;
    private final DrainDesk drains;
    private final AccountDesk accounts;
    private final RefusalTally refusals;
    private final RackDesk racks;
    private final PowerDesk power;
    private long nextJob;

    /** Whose credential opens nothing. */
    private static final String NOBODY = "unknown";
    /** A name of a job, or of a few nodes. */
    private static final int OBJECT_CHARS_MAX = 120;

    UserDesk(
            Leader leader,
            EntryCodec codec,
            Admissions admissions,
            VoterDuty voters,
            StrangeBoards strange,
            DrainDesk drains,
            PowerDesk power,
            AccountDesk accounts,
            RefusalTally refusals) {
        this.leader = leader;
        this.codec = codec;
        this.admissions = admissions;
        this.voters = voters;
        this.strange = strange;
        this.drains = drains;
        this.racks = new RackDesk(leader);
        this.power = power;
        this.accounts = accounts;
        this.refusals = refusals;
    }

    /** Completes when the action is in the ledger; fails with {@link RefusedException}. */
    CompletionStage<Control.Done> act(Caller caller, Action action) {
        try {
            if (!leader.isLeading()) {
                throw refused(Refusal.Kind.UNAVAILABLE, "this node does not lead any more: try again");
            }
            if (action instanceof Action.LogIn logIn) {
                return accounts.logIn(caller, logIn);
            }
            if (action instanceof Action.SetUp setUp) {
                return accounts.setUp(caller, setUp);
            }
            return actFor(caller, action);
        } catch (RefusedException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    private CompletionStage<Control.Done> actFor(Caller caller, Action action) {
        String verb = ActionWords.verb(action);
        String object = CutText.shortened(ActionWords.object(action, leader::name), OBJECT_CHARS_MAX);
        Views.Principal user;
        try {
            user = Authentication.principal(leader.state().accounts(), caller.credential(), leader.now());
        } catch (RefusedException unknown) {
            note(new Origin(NOBODY, "", caller.head(), caller.address(), verb, object), unknown);
            throw unknown;
        }
        Origin origin = new Origin(user.user(), user.tokenId(), caller.head(), caller.address(), verb, object);
        CompletionStage<Control.Done> done;
        try {
            Authentication.require(user, action.role());
            done = leader.scribe().as(origin, () -> act(user, action));
        } catch (RefusedException refusal) {
            done = CompletableFuture.failedFuture(refusal);
        }
        return done.whenComplete((good, failure) -> {
            if (failure != null) {
                note(origin, failure);
            }
        });
    }

    /** What nobody decided, such as that there is no leader just now, is no refusal. */
    private void note(Origin origin, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RefusedException refused && refused.refusal().kind() != Refusal.Kind.UNAVAILABLE) {
            refusals.add(origin, refused.refusal().sentence());
        }
    }

    private CompletionStage<Control.Done> act(Views.Principal user, Action action) {
        return switch (action) {
            case Action.SubmitJob submit -> submit(user, submit);
            case Action.CancelJob cancel -> cancel(user, cancel.job());
            case Action.RetryJob retry -> retry(user, retry.job());
            case Action.RemoveJob remove -> remove(user, remove.job());
            case Action.HoldBlob hold -> hold(user, hold);
            case Action.SetStanding set -> setStanding(user, set);
            case Action.OrderDrain drain -> drains.order(user.user(), drain);
            case Action.CancelDrain cancel -> drains.cancel(user.user(), cancel.node());
            case Action.OrderShutdown shutdown ->
                power.shutdown(user.user(), shutdown).thenApply(UserDesk::done);
            case Action.CancelShutdown cancel ->
                power.cancelShutdown(user.user()).thenApply(UserDesk::done);
            case Action.AdoptBoard adopt ->
                leader.append(strange.adoption(requireNode(adopt.node()), user.user()))
                        .thenApply(UserDesk::done);
            case Action.Locate locate -> locate(user, locate);
            case Action.MoveVote move -> moveVote(user, move);
            case Action.CreateToken create -> accounts.create(user, create);
            case Action.ChangeSetting change -> changeSetting(user, change);
            case Action.AckAlert ack ->
                leader.append(new Command.AckAlert(ack.rule(), ack.subject(), ack.reason(), user.user()))
                        .thenApply(UserDesk::done);
            case Action.MuteAlerts mute ->
                leader.append(new Command.MuteAlerts(
                                mute.rule(), mute.validFor().map(leader.now()::plus), mute.reason(), user.user()))
                        .thenApply(UserDesk::done);
            case Action.RevokeToken revoke -> accounts.revoke(user, revoke.tokenId());
            case Action.SetRacks set -> racks.set(user.user(), set).thenApply(UserDesk::done);
            case Action.AdmitNode admit ->
                admissions.admit(admit.enrolment(), admit.name(), user.user()).thenApply(UserDesk::done);
            case Action.RefuseNode refuse -> {
                admissions.refuse(refuse.enrolment(), user.user());
                leader.scribe()
                        .acting()
                        .map(origin ->
                                new Command.NoteAction(origin, "did not let board " + refuse.enrolment() + " in"))
                        .filter(leader::mayWrite)
                        .ifPresent(leader::append);
                yield CompletableFuture.completedFuture(done(0L));
            }
            case Action.ForgetNode forget -> forget(user, forget.node());
            case Action.CreateUser create -> accounts.create(user, create);
            case Action.ChangeUser change -> accounts.change(user, change);
            case Action.ChangePassword change -> accounts.changePassword(user, change);
            case Action.EndSessions end -> accounts.endSessions(user, end);
            case Action.BeginSession begin -> accounts.beginSession(user, begin);
            case Action.NoteUse _ -> accounts.noteUse(user, acting().address());
            case Action.NoteRefusal refused -> {
                Origin origin = acting();
                refusals.add(
                        new Origin(
                                origin.user(),
                                origin.credential(),
                                origin.head(),
                                origin.address(),
                                CutText.shortened(refused.what(), OBJECT_CHARS_MAX),
                                ""),
                        refused.why());
                yield CompletableFuture.completedFuture(done(leader.appliedIndex()));
            }
            case Action.LogIn _, Action.SetUp _ -> throw new IllegalStateException("who logs in has no credential yet");
        };
    }

    private Origin acting() {
        return leader.scribe().acting().orElseThrow();
    }

    private static Control.Done done(long index) {
        return new Control.Done(index, Optional.empty(), Optional.empty());
    }

    private CompletionStage<Control.Done> submit(Views.Principal user, Action.SubmitJob submit) {
        LedgerState state = leader.state();
        Optional<LedgerState.Submission> earlier = state.submission(user.user(), submit.idempotencyKey());
        if (earlier.isPresent()) {
            return CompletableFuture.completedFuture(repeated(earlier.get(), submit));
        }
        power.requireOpen();
        check(user, submit.spec());
        nextJob = Math.max(nextJob + 1, state.nextJob());
        JobId id = new JobId(nextJob);
        Command.SubmitJob command =
                new Command.SubmitJob(id, submit.spec(), user.user(), submit.idempotencyKey(), submit.bodySha256());
        int bytes = codec.encodeEntry(new Entry(Moment.FOUNDING, List.of(command))).length;
        if (bytes > JOB_BYTES_MAX) {
            throw refused(
                    Refusal.Kind.LIMIT,
                    "the job is too large to be kept (" + bytes + " bytes of " + JOB_BYTES_MAX
                            + "): name fewer files, or put many inputs into one file with lines:");
        }
        return leader.append(command).thenApply(index -> {
            Optional<LedgerState.Submission> kept = leader.state().submission(user.user(), submit.idempotencyKey());
            return kept.isPresent() && !kept.get().job().equals(id)
                    ? repeated(kept.get(), submit)
                    : new Control.Done(index, Optional.of(id), Optional.empty());
        });
    }

    private Control.Done repeated(LedgerState.Submission earlier, Action.SubmitJob submit) {
        if (!earlier.bodySha256().equals(submit.bodySha256())) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    "the idempotency key '" + submit.idempotencyKey() + "' was used for another job (job "
                            + earlier.job() + "): use a new key for a new job");
        }
        return new Control.Done(leader.appliedIndex(), Optional.of(earlier.job()), Optional.empty());
    }

    private void check(Views.Principal user, JobSpec spec) {
        LedgerState state = leader.state();
        List<Problem> problems = new ArrayList<>();
        for (ShippedFile file : spec.inputs()) {
            Optional<BlobRecord> blob =
                    state.blob(file.blob()).filter(record -> record.owners().contains(user.user()));
            if (blob.isEmpty()) {
                problems.add(new Problem(file.name(), "the file was not uploaded by you: upload it first"));
            } else if (blob.get().holders().isEmpty()) {
                problems.add(new Problem(file.name(), "no node holds the file any more: upload it again"));
            }
        }
        for (JobId after : spec.after()) {
            Optional<JobRecord> job = state.job(after);
            if (job.isEmpty() || !owns(user, job.get())) {
                problems.add(new Problem("after", "there is no job " + after + " of yours to wait for"));
            }
        }
        Set<String> names = state.nodes().values().stream()
                .filter(node -> !node.forgotten() && node.role() == NodeRole.AGENT)
                .map(NodeRecord::name)
                .collect(Collectors.toCollection(TreeSet::new));
        for (String name : spec.needs().nodes()) {
            if (!names.contains(name)) {
                problems.add(new Problem(
                        "needs.nodes",
                        "there is no node " + name + ": nodes for work are " + String.join(", ", names)));
            }
        }
        if (!problems.isEmpty()) {
            throw new RefusedException(
                    new Refusal(Refusal.Kind.INVALID, "the job cannot be accepted as it is", problems));
        }
        SubmitLimits.checkNew(state, user.user(), spec);
    }

    private static boolean owns(Views.Principal user, JobRecord job) {
        return job.owner().equals(user.user()) || user.may(UserRole.OPERATOR);
    }

    private JobRecord require(Views.Principal user, JobId id) {
        JobRecord job = leader.state()
                .job(id)
                .filter(known -> !user.ownJobsOnly() || known.owner().equals(user.user()))
                .orElseThrow(() -> new RefusedException(Refusal.noJob(id)));
        if (!owns(user, job)) {
            throw refused(
                    Refusal.Kind.FORBIDDEN,
                    "job " + id + " belongs to " + job.owner() + ": only they or an operator may do this");
        }
        return job;
    }

    private CompletionStage<Control.Done> cancel(Views.Principal user, JobId id) {
        JobRecord job = require(user, id);
        if (job.phase() == JobPhase.CANCELLED) {
            return CompletableFuture.completedFuture(done(0));
        }
        if (job.phase().isFinal()) {
            throw refused(Refusal.Kind.CONFLICT, "job " + id + " is over already (" + job.phase() + ")");
        }
        return leader.append(new Command.CancelJob(id, user.user(), "cancelled by " + user.user()))
                .thenApply(UserDesk::done);
    }

    private CompletionStage<Control.Done> retry(Views.Principal user, JobId id) {
        JobRecord job = require(user, id);
        if (job.phase() != JobPhase.FAILED && job.phase() != JobPhase.CANCELLED) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    "only a failed or cancelled job can be tried again; job " + id + " is " + job.phase());
        }
        power.requireOpen();
        SubmitLimits.checkActive(leader.state(), job.owner(), job.spec().totalTasks() - job.succeededTasks());
        return leader.append(new Command.RetryJob(id, user.user())).thenApply(UserDesk::done);
    }

    private CompletionStage<Control.Done> remove(Views.Principal user, JobId id) {
        JobRecord job = require(user, id);
        if (!job.phase().isFinal()) {
            throw refused(Refusal.Kind.CONFLICT, "job " + id + " is not over (" + job.phase() + "): cancel it first");
        }
        Optional<JobRecord> waiting = leader.state().activeJobs().stream()
                .filter(other -> other.spec().after().contains(id))
                .findFirst();
        if (waiting.isPresent()) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    "job " + waiting.get().id() + " waits for job " + id + ": remove it when that one is over");
        }
        return leader.append(new Command.RemoveJob(id, user.user())).thenApply(UserDesk::done);
    }

    private CompletionStage<Control.Done> hold(Views.Principal user, Action.HoldBlob hold) {
        List<NodeId> unknown = hold.holders().stream()
                .filter(node -> leader.state().node(node).isEmpty())
                .toList();
        if (hold.holders().isEmpty() || !unknown.isEmpty()) {
            throw refused(Refusal.Kind.INVALID, "the file is on no node that this bramble knows: upload it again");
        }
        HoldLimits.check(leader.state(), user.user(), hold);
        return leader.append(new Command.HoldBlob(
                        hold.blob(),
                        hold.sizeBytes(),
                        user.user(),
                        hold.holders(),
                        leader.now().plus(HOLD)))
                .thenApply(UserDesk::done);
    }

    /** What draining these nodes would do. */
    DrainPreview previewDrain(List<NodeId> nodes, DrainSpec spec) {
        List<NodeRecord> known =
                nodes.stream().distinct().map(this::requireNode).toList();
        return drains.preview(known, spec);
    }

    private NodeRecord requireNode(NodeId id) {
        return leader.state().node(id).orElseThrow(() -> refused(Refusal.Kind.NOT_FOUND, "there is no node " + id));
    }

    private CompletionStage<Control.Done> setStanding(Views.Principal user, Action.SetStanding set) {
        NodeRecord node = requireNode(set.node());
        if (node.role() != NodeRole.AGENT) {
            throw refused(Refusal.Kind.CONFLICT, node.name() + " is a head: it takes no work anyway");
        }
        drains.checkStanding(node, set.standing());
        if (set.standing() == NodeStanding.READY
                && node.standing() == NodeStanding.READY
                && node.drain().isEmpty()) {
            // It takes work already: nothing happens, and nobody is told that something did.
            return CompletableFuture.completedFuture(done(leader.appliedIndex()));
        }
        return leader.append(new Command.SetStanding(set.node(), set.standing(), set.reason(), user.user()))
                .thenApply(UserDesk::done);
    }

    private CompletionStage<Control.Done> forget(Views.Principal user, NodeId id) {
        NodeRecord node = requireNode(id);
        if (leader.isVoter(id)) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    node.name() + " holds a copy of the ledger: drain it first, which moves its vote to"
                            + " another node");
        }
        if (voters.isAdding(id)) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    "a vote is on its way to " + node.name() + ": drain it first, which moves the vote on");
        }
        requireIdle(node);
        return voters.whileNoVoteMoves(() -> leader.append(new Command.ForgetNode(id, user.user())))
                .thenApply(UserDesk::done);
    }

    /** Of a node that is gone nothing can be saved by waiting; one that is up still has what a drain would move. */
    private void requireIdle(NodeRecord node) {
        NodeBook book = leader.books().get(node.node());
        if (book == null) {
            return;
        }
        long alone = leader.state().blobTable().heldBy(node.node()).stream()
                .filter(blob -> leader.state().blob(blob).orElseThrow().holders().stream()
                        .noneMatch(holder -> !holder.equals(node.node()) && keeps(holder)))
                .count();
        List<String> reasons = new ArrayList<>();
        if (!book.held().isEmpty()) {
            reasons.add("has " + Words.count(book.held().size(), "task"));
        }
        if (alone > 0) {
            reasons.add(
                    "holds " + Words.count(alone, "file") + " of which no other node that is up and stays has a copy");
        }
        if (!reasons.isEmpty()) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    node.name() + " is up and " + String.join(" and ", reasons) + ": `bramble drain "
                            + node.name() + "` moves that elsewhere; one that is gone for good can be forgotten once it"
                            + " is switched off");
        }
    }

    /** Whether what it holds can be counted on: it is there, and is not being drained. */
    private boolean keeps(NodeId holder) {
        return leader.cluster().view().has(holder)
                && leader.state()
                        .node(holder)
                        .filter(known -> !known.isLeaving())
                        .isPresent();
    }

    private CompletionStage<Control.Done> moveVote(Views.Principal user, Action.MoveVote move) {
        requireNode(move.from());
        requireNode(move.to());
        List<String> reasons = voters.refusalsOfMove(move.from(), move.to());
        if (!reasons.isEmpty()) {
            throw refused(Refusal.Kind.CONFLICT, String.join("; ", reasons));
        }
        return leader.append(new Command.MoveVote(move.from(), move.to(), user.user()))
                .thenApply(UserDesk::done);
    }

    /** Not in the ledger but for the audit trail: it is over before a new leader would have to know. */
    private CompletionStage<Control.Done> locate(Views.Principal user, Action.Locate locate) {
        NodeRecord node = requireNode(locate.node());
        if (locate.length()
                .filter(length ->
                        length.compareTo(Action.Locate.LENGTH_MAX) > 0 || length.compareTo(Duration.ofSeconds(1)) < 0)
                .isPresent()) {
            throw refused(Refusal.Kind.INVALID, "a board is looked for for one second to one hour");
        }
        boolean wasOn = leader.locating().end(node.node());
        locate.length()
                .ifPresent(length ->
                        leader.locating().begin(node.node(), leader.now().plus(length), user.user()));
        String what = locate.length().isPresent()
                ? "has " + node.name() + " show where it is"
                : wasOn ? "found " + node.name() : "no longer looks for " + node.name();
        return leader.append(new Command.NoteAction(acting(), what)).thenApply(UserDesk::done);
    }

    private CompletionStage<Control.Done> changeSetting(Views.Principal user, Action.ChangeSetting change) {
        long value = SettingText.read(change.key(), change.value());
        SettingText.check(
                SettingText.require(change.key()), value, leader.state().settings()::get);
        return leader.append(new Command.ChangeSetting(change.key(), value, user.user()))
                .thenApply(UserDesk::done);
    }

    private static RefusedException refused(Refusal.Kind kind, String sentence) {
        return new RefusedException(kind, sentence);
    }
}
