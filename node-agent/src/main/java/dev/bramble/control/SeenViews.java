package dev.bramble.control;

import dev.bramble.control.jobfile.DeadlineCalendar;
import dev.bramble.ledger.AnswerPage;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.JobPhase;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Setting;
import dev.bramble.model.UserRole;
import dev.bramble.time.Moment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The bramble as somebody sees it who may not see all. To a token that reaches its user's own jobs alone, others' jobs,
 * their tasks and what happened to them are not there. To whoever is no admin, others' tokens and sessions are not. The
 * bramble itself, its nodes and how much there is to do in all, are.
 */
record SeenViews(Views all, Principal who) implements Views {
    /** Whether there is nothing that they may not see. */
    static boolean isAll(Principal who) {
        return !who.ownJobsOnly() && who.may(UserRole.ADMIN);
    }

    private boolean isSeen(JobView job) {
        return !who.ownJobsOnly() || job.owner().equals(who.user());
    }

    private boolean isSeen(JobId job) {
        return !who.ownJobsOnly() || all.job(job).filter(this::isSeen).isPresent();
    }

    @Override
    public Optional<JobView> job(JobId job) {
        return all.job(job).filter(this::isSeen);
    }

    @Override
    public List<JobView> jobs(Optional<JobId> before, int limit, Optional<JobPhase> phase, Optional<String> owner) {
        if (!who.ownJobsOnly()) {
            return all.jobs(before, limit, phase, owner);
        }
        return owner.filter(wanted -> !wanted.equals(who.user())).isPresent()
                ? List.of()
                : all.jobs(before, limit, phase, Optional.of(who.user()));
    }

    @Override
    public List<JobView> activeJobs(int limit) {
        return all.activeJobs(who.ownJobsOnly() ? Integer.MAX_VALUE : limit).stream()
                .filter(this::isSeen)
                .limit(limit)
                .toList();
    }

    @Override
    public Optional<JobSpec> spec(JobId job) {
        return isSeen(job) ? all.spec(job) : Optional.empty();
    }

    @Override
    public List<TaskView> tasks(JobId job, int from, int limit, Optional<TaskState> state) {
        return isSeen(job) ? all.tasks(job, from, limit, state) : List.of();
    }

    @Override
    public Optional<TaskView> task(JobId job, int task) {
        return isSeen(job) ? all.task(job, task) : Optional.empty();
    }

    @Override
    public byte[] outcomes(JobId job, int from, int count, byte open, byte succeeded, byte failed) {
        return isSeen(job) ? all.outcomes(job, from, count, open, succeeded, failed) : new byte[0];
    }

    @Override
    public Optional<TaskStreamView> stream(JobId job, long after, int limit) {
        return isSeen(job) ? all.stream(job, after, limit) : Optional.empty();
    }

    @Override
    public Optional<TaskActivityView> activity(JobId job) {
        return isSeen(job) ? all.activity(job) : Optional.empty();
    }

    @Override
    public Optional<ResultView> result(JobId job, int task) {
        return isSeen(job) ? all.result(job, task) : Optional.empty();
    }

    @Override
    public Optional<AnswerPage> answers(JobId job, int from, int mostPieces) {
        return isSeen(job) ? all.answers(job, from, mostPieces) : Optional.empty();
    }

    /** Of events of others' jobs there is nothing, so that pages have as many as they have room for. */
    @Override
    public List<EventView> events(OptionalLong after, int limit, EventFilter filter) {
        EventFilter seen = seen(filter);
        if (!who.ownJobsOnly()) {
            return all.events(after, limit, seen);
        }
        List<EventView> own = new ArrayList<>(all.events(after, Integer.MAX_VALUE, seen).stream()
                .filter(event -> event.job().map(this::isSeen).orElse(true))
                .toList());
        int size = own.size();
        return size <= limit ? own : after.isPresent() ? own.subList(0, limit) : own.subList(size - limit, size);
    }

    @Override
    public List<EventView> eventsBefore(long before, int limit, EventFilter filter) {
        EventFilter seen = seen(filter);
        if (!who.ownJobsOnly()) {
            return all.eventsBefore(before, limit, seen);
        }
        List<EventView> own = all.eventsBefore(before, Integer.MAX_VALUE, seen).stream()
                .filter(event -> event.job().map(this::isSeen).orElse(true))
                .toList();
        return own.subList(Math.max(0, own.size() - limit), own.size());
    }

    private EventFilter seen(EventFilter filter) {
        return filter.withTokensOf(who.user());
    }

    /** Of whatever job: or who waits for the next one would be woken by others' again and again. */
    @Override
    public long newestEvent() {
        return all.newestEvent();
    }

    // --- What everybody sees -----------------------------------------------------------------------------------------

    @Override
    public Optional<Principal> authenticate(String credential) {
        return all.authenticate(credential);
    }

    @Override
    public long revision() {
        return all.revision();
    }

    @Override
    public Moment now() {
        return all.now();
    }

    @Override
    public Optional<Instant> calendar() {
        return all.calendar();
    }

    @Override
    public DeadlineCalendar.Now deadlineCalendar() {
        return all.deadlineCalendar();
    }

    @Override
    public long behindMillis() {
        return all.behindMillis();
    }

    @Override
    public Summary summary() {
        return all.summary();
    }

    @Override
    public List<NodeView> nodes() {
        return all.nodes();
    }

    @Override
    public Optional<NodeView> node(String idOrName) {
        return all.node(idOrName);
    }

    @Override
    public long tasksEnded() {
        return all.tasksEnded();
    }

    @Override
    public boolean mayRead(Principal who, BlobId blob) {
        return all.mayRead(who, blob);
    }

    @Override
    public boolean has(Principal who, BlobId blob) {
        return all.has(who, blob);
    }

    @Override
    public boolean isLost(BlobId blob) {
        return all.isLost(blob);
    }

    @Override
    public List<VoterView> voters() {
        return all.voters();
    }

    @Override
    public long uploadBytesMax() {
        return all.uploadBytesMax();
    }

    @Override
    public UploadLimit uploadLimit(Principal who) {
        return all.uploadLimit(who);
    }

    @Override
    public boolean isCaughtUp() {
        return all.isCaughtUp();
    }

    @Override
    public boolean isRecovered() {
        return all.isRecovered();
    }

    @Override
    public Optional<ShutdownView> shutdown() {
        return all.shutdown();
    }

    @Override
    public RackView racks() {
        return all.racks();
    }

    @Override
    public List<SettingView> settings() {
        return all.settings();
    }

    @Override
    public long setting(Setting setting) {
        return all.setting(setting);
    }

    @Override
    public AlertNotesView alertNotes() {
        return all.alertNotes();
    }

    @Override
    public List<TokenView> tokens() {
        return all.tokens();
    }

    @Override
    public List<UserView> users() {
        return all.users();
    }

    @Override
    public Optional<UserView> user(String name) {
        return all.user(name);
    }

    @Override
    public boolean needsSetup() {
        return all.needsSetup();
    }

    @Override
    public AuditPage audit(long before, int limit, AuditFilter filter) {
        return all.audit(before, limit, filter);
    }

    @Override
    public List<EnrolmentView> waiting() {
        return all.waiting();
    }
}
