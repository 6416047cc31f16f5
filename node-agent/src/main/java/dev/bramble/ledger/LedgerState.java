package dev.bramble.ledger;

import dev.bramble.model.BlobId;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import dev.bramble.model.LedgerId;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * The bramble's hard state. Owned by one event loop; {@link #apply} is the only way it changes, and gives the same
 * state on every copy: no clock, no chance, no file, ordered collections only. A command that no longer fits the state
 * (its job is gone, its task has an outcome) changes nothing.
 */
public final class LedgerState {
    /** How long an idempotency key is remembered, in bramble time. DESIGN section 6. */
    public static final Duration SUBMISSION_MEMORY = Duration.ofHours(24);
    /** Most bytes of results in this state; beyond it results become blobs. DESIGN section 6. */
    public static final long INLINE_BYTES_MAX = 32L << 20;

    private LedgerId ledger = new LedgerId("");
    private String brambleName = "";
    private String authorityPem = "";
    private Moment now = Moment.FOUNDING;
    private final CalendarMap calendar = new CalendarMap();
    private final NodeTable nodes = new NodeTable();
    private final Shutdowns shutdowns = new Shutdowns();
    private final BlobTable blobs = new BlobTable();
    private final Racks racks = new Racks();
    private final Settings settings = new Settings();
    private final AuditTrail audit = new AuditTrail(settings);
    private final Accounts accounts = new Accounts(this::note);
    private final Electorate electorate = new Electorate();
    private final EventRing events = new EventRing(electorate::language);
    private final Annals annals = new Annals(events, this::nameOf);
    private final JobTable jobs = new JobTable(blobs, annals, this::note);
    private final PresenceTable presences = new PresenceTable(events, shutdowns::isPoweringOff);
    private final AlertNotes alerts = new AlertNotes(this::note);
    /** Worked out when it is asked for, for as long as nothing changes; null until then. */
    private Set<JobId> stoppedJobs;

    /** A job submitted under an idempotency key. */
    public record Submission(JobId job, String bodySha256, Moment at) {}

    /**
     * What an entry changed that somebody must act on.
     *
     * @param dropped blobs that nobody needs any more
     */
    public record Applied(Set<BlobId> dropped) {}

    /** Applies one entry. Never throws for a command that does not fit. */
    public Applied apply(Entry entry) {
        now = now.orLater(entry.at());
        stoppedJobs = null;
        TreeSet<BlobId> dropped = new TreeSet<>();
        for (Command command : entry.commands()) {
            apply(command, dropped);
        }
        return new Applied(dropped);
    }

    private void apply(Command command, Set<BlobId> dropped) {
        switch (command) {
            case Command.Found found -> found(found);
            case Command.RaiseLanguage raise ->
                electorate.raise(raise).ifPresent(text -> note(Happening.BRAMBLE, text));
            case Command.AdmitNode admit -> admit(admit.node());
            case Command.ForgetNode forget -> forget(forget);
            case Command.AdoptBoard adopt ->
                nodes.change(adopt.node(), node -> Standings.adopt(node, adopt)).ifPresent(this::tell);
            case Command.SetStanding set -> {
                nodes.change(set.node(), node -> Standings.set(node, set, now)).ifPresent(this::tell);
                if (set.standing() == NodeStanding.READY && !set.by().equals(Happening.BRAMBLE)) {
                    presences.forgive(now, set.node());
                }
            }
            case Command.LiftCordon lift ->
                nodes.change(lift.node(), node -> Standings.lift(node, lift, now))
                        .ifPresent(this::tell);
            case Command.OrderDrain order -> nodes.order(order, now).forEach(this::tell);
            case Command.StepDrain step -> nodes.step(step, now).ifPresent(this::tell);
            case Command.BeginMaintenance begin ->
                nodes.change(begin.node(), node -> Standings.maintain(node, begin, now))
                        .ifPresent(this::tell);
            case Command.OrderShutdown order ->
                shutdowns.order(order, nodes.number(order.number()), now).ifPresent(this::tell);
            case Command.BeginPowerOff begin -> shutdowns.powerOff(begin).ifPresent(this::tell);
            case Command.CancelShutdown cancel -> shutdowns.cancel(cancel).ifPresent(this::tell);
            case Command.Resume resume ->
                shutdowns.resume(resume, now, nodes, presences).ifPresent(this::tell);
            case Command.CancelDrain cancel ->
                nodes.change(cancel.node(), node -> Standings.cancel(node, cancel, now))
                        .ifPresent(this::tell);
            case Command.SubmitJob submit -> jobs.submit(submit, now);
            case Command.RecordOutcomes record -> jobs.record(record, dropped, now);
            case Command.RecordBatches record -> jobs.record(record, now);
            case Command.RecordLosses losses -> jobs.recordLosses(losses, dropped, now);
            case Command.LoseCheckpoint lose -> jobs.loseCheckpoint(lose, dropped, now);
            case Command.GrantExclusive grant -> jobs.grant(grant);
            case Command.ProveLeading _ -> {}
            case Command.CancelJob cancel -> jobs.cancel(cancel, dropped, now);
            case Command.RetryJob retry -> jobs.retry(retry, now);
            case Command.RemoveJob remove -> jobs.remove(remove, dropped, now);
            case Command.HoldBlob hold ->
                blobs.hold(hold.blob(), hold.sizeBytes(), hold.owner(), hold.holders(), hold.heldUntil());
            case Command.RecordCopies copies -> record(copies);
            case Command.CreateToken create -> accounts.create(create.token(), annals, now);
            case Command.RevokeToken revoke -> accounts.revoke(revoke, annals, now);
            case Command.UseToken use -> accounts.use(use, now);
            case Command.EndSessions end -> accounts.endSessions(end);
            case Command.CreateUser create -> accounts.create(create.user());
            case Command.SetUp setUp -> accounts.setUp(setUp.admin());
            case Command.ChangeUser change -> accounts.change(change, now);
            case Command.ByUser act -> {
                audit.begin(act.origin());
                apply(act.command(), dropped);
                if (!audit.end()) {
                    note(act.origin(), "wanted this, and nothing was left to change");
                }
            }
            case Command.NoteAction noted -> note(noted.origin(), noted.what());
            case Command.NoteRefusals noted -> noted.refused().forEach(each -> audit.refused(now, each));
            case Command.ChangeSetting change -> change(change);
            case Command.MapCalendar map -> calendar.map(map.from().orElse(now), map.offsetMillis());
            case Command.NodeArrived came ->
                node(came.node()).ifPresent(node -> presences.arrived(now, node, came.incarnation()));
            case Command.NodeLost lost -> node(lost.node()).ifPresent(node -> presences.lost(now, node, lost));
            case Command.NoteEvents noted -> noted.events().forEach(event -> events.add(now, event));
            case Command.MoveVote move ->
                electorate.order(move, now, this::nameOf).ifPresent(text -> note(move.by(), text));
            case Command.EndMoveVote end -> electorate.end(end).ifPresent(this::tell);
            case Command.AckAlert ack -> alerts.acknowledge(ack, now);
            case Command.MuteAlerts mute -> alerts.mute(mute, now);
            case Command.RecoverLedger recover -> tell(electorate.recover(recover, now));
            case Command.SetRacks set -> racks.set(set, now).ifPresent(this::tell);
            case Command.Expire expire -> expire(dropped);
        }
    }

    private void found(Command.Found found) {
        if (ledger.value().isEmpty()) {
            ledger = found.ledger();
            brambleName = found.brambleName();
            authorityPem = found.authorityPem();
            electorate.found(found.language());
            note("founding", "founded the bramble " + brambleName);
        }
    }

    private void admit(NodeRecord node) {
        nodes.admit(node).ifPresent(named -> {
            note(node.admittedBy(), "admitted " + named.name() + " (" + node.node() + ")");
            annals.admitted(now, named);
        });
    }

    private void forget(Command.ForgetNode forget) {
        nodes.forget(forget.node()).ifPresent(known -> {
            blobs.forget(forget.node());
            racks.forget(forget.node(), forget.by(), now);
            presences.forget(forget.node());
            note(forget.by(), "forgot " + known.name() + " (" + known.node() + ")");
            annals.forgotten(now, known, forget.by());
        });
    }

    private void tell(Standings.Change changed) {
        Happening what = changed.what();
        if (what.kind() == EventKind.NODE_RETURNED) {
            note(what.by(), what.text()); // people were told when it came
        } else {
            tell(what);
        }
    }

    private void tell(Happening what) {
        note(what.by(), what.text());
        events.add(now, what);
    }

    /** Of a node that was forgotten no news counts: its copies are gone with it. */
    private void record(Command.RecordCopies copies) {
        if (node(copies.node()).isPresent()) {
            copies.gained().forEach(blob -> blobs.gained(blob, copies.node()));
            copies.lost().forEach(blob -> blobs.lost(blob, copies.node()));
        }
    }

    /** Whether a job that is not over needs to see what became of {@code job}. */
    public boolean isWaitedFor(JobId job) {
        return jobs.isWaitedFor(job);
    }

    private void note(Origin origin, String what) {
        audit.begin(origin);
        note(origin.user(), what);
        audit.end();
    }

    private void change(Command.ChangeSetting change) {
        annals.setting(now, settings, change);
        settings.set(change.key(), change.value(), change.by(), now);
        audit.trim();
        note(change.by(), "set " + change.key() + " to " + change.value());
    }

    private void expire(Set<BlobId> dropped) {
        accounts.expire(now);
        jobs.expire(now, dropped);
        blobs.dropUnneeded(now, dropped);
    }

    /** When {@link Command.Expire} would next change something; empty when nothing expires. */
    public Optional<Moment> nextExpiry() {
        List<Moment> due = new ArrayList<>();
        accounts.tellExpiries(due::add);
        jobs.tellExpiries(due::add);
        blobs.jobless()
                .forEach(blob -> blobs.get(blob).flatMap(BlobRecord::heldUntil).ifPresent(due::add));
        return due.isEmpty() ? Optional.empty() : Optional.of(Collections.min(due));
    }

    private void note(String by, String what) {
        audit.add(now, by, what);
    }

    private String nameOf(NodeId node) {
        NodeRecord known = nodes.all().get(node);
        return known == null ? node.value() : known.name();
    }

    public LedgerId ledger() {
        return ledger;
    }

    public String brambleName() {
        return brambleName;
    }

    public String authorityPem() {
        return authorityPem;
    }

    /** Bramble time of the newest entry. */
    public Moment now() {
        return now;
    }

    /** The number the next job gets. */
    public long nextJob() {
        return jobs.nextJob();
    }

    /** The least number the next drain may have. */
    public long nextDrain() {
        return nodes.nextDrain();
    }

    /** The shutdown under way, or the one that the boards are back from. */
    public Optional<ShutdownRecord> shutdown() {
        return shutdowns.now();
    }

    public CalendarMap calendar() {
        return calendar;
    }

    public SortedMap<NodeId, NodeRecord> nodes() {
        return nodes.all();
    }

    public Optional<NodeRecord> node(NodeId node) {
        return nodes.get(node);
    }

    /** The node that was let in with this key, unless it was forgotten. */
    public Optional<NodeRecord> nodeWithKey(String keySha256, NodeRole role) {
        return nodes.withKey(keySha256, role);
    }

    public SortedMap<JobId, JobRecord> jobs() {
        return jobs.all();
    }

    /** Jobs that are not final, oldest first. */
    public Collection<JobRecord> activeJobs() {
        return jobs.active();
    }

    public Optional<JobRecord> job(JobId job) {
        return jobs.get(job);
    }

    public Optional<BlobRecord> blob(BlobId blob) {
        return blobs.get(blob);
    }

    public SortedMap<BlobId, BlobRecord> blobs() {
        return blobs.all();
    }

    /** Who holds and needs which blob, from every side. */
    public BlobTable blobTable() {
        return blobs;
    }

    public SortedMap<String, TokenRecord> tokens() {
        return accounts.tokens();
    }

    /** Users, their tokens and their sessions. */
    public Accounts accounts() {
        return accounts;
    }

    /** The job that {@code owner} submitted under this key, if it is remembered. */
    public Optional<Submission> submission(String owner, String idempotencyKey) {
        return jobs.submission(owner, idempotencyKey);
    }

    /** Who did what. */
    public AuditTrail auditTrail() {
        return audit;
    }

    /** Whether a node was there when a leader last told; empty when it never came. */
    public Optional<NodePresence> presence(NodeId node) {
        return presences.of(node);
    }

    public EventRing events() {
        return events;
    }

    public Electorate electorate() {
        return electorate;
    }

    /** For {@link LostFiles}. */
    Set<JobId> stoppedJobs() {
        if (stoppedJobs == null) {
            stoppedJobs = Collections.unmodifiableSet(LostFiles.findStopped(this));
        }
        return stoppedJobs;
    }

    public AlertNotes alerts() {
        return alerts;
    }

    /** Where boards stand. */
    public RackRecord racks() {
        return racks.now();
    }

    public Settings settings() {
        return settings;
    }

    /** Bytes of results that ride in this state. */
    public long inlineBytes() {
        return jobs.inlineBytes();
    }

    /** About how many bytes the descriptions of all jobs take. */
    public long specBytes() {
        return jobs.specBytes().all();
    }

    /** The same for the jobs of {@code owner}. */
    public long specBytesOf(String owner) {
        return jobs.specBytes().of(owner);
    }

    /** The whole state. */
    public LedgerImage image() {
        return new LedgerImage(
                ledger,
                brambleName,
                authorityPem,
                now,
                jobs.nextJob(),
                calendar.offsetMillis(),
                List.copyOf(nodes.all().values()),
                jobs.image(),
                blobs.image(),
                accounts.tokenImage(),
                jobs.submissions(),
                audit.image(),
                settings.image(),
                Optional.of(events.image()),
                Optional.of(presences.image()),
                Optional.of(nodes.nextDrain()),
                Optional.of(electorate.image()),
                shutdowns.now(),
                Optional.of(calendar.image()),
                Optional.of(accounts.image()),
                Optional.of(audit.last()),
                Optional.of(settings.changes()),
                Optional.of(alerts.image()),
                racks.image());
    }

    public static LedgerState of(LedgerImage image) {
        LedgerState state = new LedgerState();
        state.ledger = image.ledger();
        state.brambleName = image.brambleName();
        state.authorityPem = image.authorityPem();
        state.now = image.now();
        state.calendar.restore(image.calendarStretches());
        state.nodes.restore(image.nodes(), image.nextDrain().orElse(1L));
        state.jobs.restore(image.nextJob(), image.jobs(), image.submissions());
        state.blobs.restore(image.blobs());
        state.accounts.restore(image.tokens(), image.accounts());
        state.audit.restore(image.audit(), image.lastAudit());
        state.settings.restore(image.settings(), image.settingChanges());
        image.events().ifPresent(state.events::restore);
        image.presences().ifPresent(state.presences::restore);
        state.electorate.restore(image.electorate());
        state.shutdowns.restore(image.shutdown());
        image.alerts().ifPresent(state.alerts::restore);
        state.racks.restore(image.racks());
        return state;
    }
}
