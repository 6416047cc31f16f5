package dev.bramble.dashboard.http;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.SeenControl;
import dev.bramble.control.Views;
import dev.bramble.model.CutText;
import dev.bramble.model.JobId;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/**
 * One call of an operation: its parameters, its caller, and what it asks of the bramble.
 *
 * <p>Parameters that cannot be read are collected; the first thing asked of the bramble throws them all. For the
 * request's own thread.
 */
public final class ApiRequest {
    /** Index of the newest entry of the ledger that an answer includes, or that it must include. */
    public static final String REVISION_HEADER = "Bramble-Revision";

    /** How old what an answer says is, in milliseconds, or {@value #BEHIND_UNKNOWN}: this head hears nobody. */
    public static final String BEHIND_HEADER = "Bramble-Behind-Millis";

    private static final String BEHIND_UNKNOWN = "unknown";

    /** Any printable text; a UUID or a hash is far shorter. */
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,128}");

    /** Well within the time after which proxies and clients take a silent connection for dead. */
    private static final Duration WAIT_MAX = Duration.ofSeconds(10);

    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");

    private final Context context;
    private final Control control;
    private final Places places;
    private final String credential;
    private final Optional<Views.Principal> principal;
    private final List<Problem> problems = new ArrayList<>();
    private final long after;

    ApiRequest(
            Context context, Control control, Places places, String credential, Optional<Views.Principal> principal) {
        this.context = context;
        this.control = principal.map(who -> SeenControl.seenBy(control, who)).orElse(control);
        this.places = places;
        this.credential = credential;
        this.principal = principal;
        this.after = afterOf(context, problems);
    }

    /** The write that an answer must include; 0 for none. */
    static long afterOf(Context context, List<Problem> problems) {
        String header = context.header(REVISION_HEADER);
        String query = context.queryParam(Route.AFTER);
        String place = query != null ? Route.AFTER : REVISION_HEADER;
        String given = query != null ? query : header == null ? "0" : header;
        if (!WHOLE_NUMBER.matcher(given).matches() || given.startsWith("-")) {
            problems.add(new Problem(place, "is not a revision: send back the number from a " + REVISION_HEADER));
            return 0;
        }
        return Long.parseLong(given);
    }

    /** The whole body. A client that sends slowly keeps nobody else waiting. */
    public byte[] body(int bytesMax) {
        return places.leaveFor(() -> Bodies.read(context, bytesMax));
    }

    /** The same on a route for everyone, which has no place that it could leave. */
    public byte[] bodyOfAnyone(int bytesMax) {
        return Bodies.read(context, bytesMax);
    }

    /** The fields of the body, a small JSON object; none of them read yet. */
    public Fields fields() {
        return fields(this::body);
    }

    /** The same on a route for everyone. */
    public Fields fieldsOfAnyone() {
        return fields(this::bodyOfAnyone);
    }

    private Fields fields(IntFunction<byte[]> body) {
        Bodies.requireType(context, Json.CONTENT_TYPE);
        return new Fields(Bodies.json(body.apply(Bodies.FIELDS_BYTES_MAX)));
    }

    public Context context() {
        return context;
    }

    public Control control() {
        return control;
    }

    /** Whoever calls; only for routes that need a role. */
    public Views.Principal principal() {
        return principal.orElseThrow(() -> new IllegalStateException("a route for everyone has no caller"));
    }

    /** Asks the bramble; how new the answer is goes into the response's headers. */
    public <T> T read(Function<Views, T> question) {
        check();
        return told(Waiting.await(control.read(after, views -> Seen.of(views, question))));
    }

    /** The same after a write of this request, with all that it changed. */
    public <T> T readAfter(Control.Done write, Function<Views, T> question) {
        return told(Waiting.await(control.read(write.index(), views -> Seen.of(views, question))));
    }

    private record Seen<T>(long revision, long behindMillis, T value) {
        static <T> Seen<T> of(Views views, Function<Views, T> question) {
            return new Seen<>(views.revision(), views.behindMillis(), question.apply(views));
        }
    }

    private <T> T told(Seen<T> seen) {
        context.header(REVISION_HEADER, Long.toString(seen.revision()));
        context.header(BEHIND_HEADER, seen.behindMillis() < 0 ? BEHIND_UNKNOWN : Long.toString(seen.behindMillis()));
        return seen.value();
    }

    /** Whether the caller's token still opens what it opened at first. For use in a question. */
    public boolean isStillAllowed(Views views) {
        return views.authenticate(credential)
                .filter(now -> now.may(principal().role()))
                .isPresent();
    }

    /** Does something that takes as long as the caller likes; other requests are answered meanwhile. */
    public void takingNoPlace(Runnable work) {
        places.leaveFor(() -> {
            work.run();
            return null;
        });
    }

    /** Waits until there is an event after this one, as long as the caller wants to. */
    public void awaitEvent(long number) {
        long limitMillis = number(Route.WAIT_MILLIS, 0, WAIT_MAX.toMillis(), 0);
        check();
        if (limitMillis > 0) {
            awaitEvent(number, Duration.ofMillis(limitMillis));
        }
    }

    /** The same for as long as {@code limit}, whatever the caller wants. */
    public void awaitEvent(long number, Duration limit) {
        places.leaveFor(() -> Waiting.await(control.eventsAfter(number, limit)));
    }

    /** Waits until the job is final, as long as the caller wants to; other requests are answered meanwhile. */
    public void awaitEnd(JobId job) {
        long limitMillis = number(Route.WAIT_MILLIS, 0, WAIT_MAX.toMillis(), 0);
        check();
        if (limitMillis > 0) {
            places.leaveFor(() -> Waiting.await(control.ended(after, job, Duration.ofMillis(limitMillis))));
        }
    }

    /** How long the caller would like to wait (RFC 7240), at most {@link #WAIT_MAX}; zero when it does not say. */
    public Duration preferredWait() {
        Duration wait;
        try {
            wait = Preference.waitOf(context.req().getHeaders(Preference.HEADER))
                    .orElse(Duration.ZERO);
        } catch (IllegalArgumentException unreadable) {
            wrong(
                    Preference.HEADER,
                    "is '" + shown(unreadable.getMessage()) + "': give wait=SECONDS, a whole number from 0 on");
            return Duration.ZERO;
        }
        return wait.compareTo(WAIT_MAX) < 0 ? wait : WAIT_MAX;
    }

    /**
     * Asks about a job once it is final, or once {@code limit} has passed, as the caller prefers. Empty when this head
     * cannot say: what was done before is done.
     *
     * @param write index of what the answer must include
     */
    public <T> Optional<T> readAtEnd(long write, JobId job, Duration limit, Function<Views, T> question) {
        context.header(Preference.APPLIED_HEADER, "wait=" + limit.toSeconds());
        CompletionStage<Seen<T>> seen = control.ended(write, job, limit)
                // Still on the loop: the request's thread is woken once, when all is known.
                .thenCompose(ended -> control.read(write, views -> Seen.of(views, question)));
        try {
            return Optional.of(told(places.leaveFor(() -> Waiting.await(seen))));
        } catch (ProblemException | IllegalStateException behind) {
            // What was written stays written, whatever kept its end from being read.
            return Optional.empty();
        }
    }

    /** Has the leader do something in the caller's name; the revision that includes it goes into the headers. */
    public Control.Done act(Action action) {
        check();
        idempotencyKey();
        check();
        Control.Done done = Waiting.await(control.act(credential, action, ClientWords.address(context)));
        context.header(REVISION_HEADER, Long.toString(done.index()));
        return done;
    }

    /** {@link #act} without anything to say about it. */
    public void write(Action action) {
        act(action);
        noContent();
    }

    public void noContent() {
        context.status(204);
    }

    public void json(int status, Object body) {
        context.status(status).contentType(Json.CONTENT_TYPE).result(Json.MAPPER.writeValueAsBytes(body));
    }

    public void json(Object body) {
        json(200, body);
    }

    /** The client's key for this write; empty for none. */
    public String idempotencyKey() {
        String key = context.header("Idempotency-Key");
        if (key != null && !IDEMPOTENCY_KEY.matcher(key).matches()) {
            wrong("Idempotency-Key", "is not 1 to 128 printable characters without spaces: send a UUID");
        }
        return key == null ? "" : key;
    }

    public JobId job() {
        String text = context.pathParam("job");
        if (!WHOLE_NUMBER.matcher(text).matches() || text.startsWith("-") || Long.parseLong(text) == 0) {
            wrong("job", "is '" + shown(text) + "': a job is a number from 1");
            return new JobId(1);
        }
        return new JobId(Long.parseLong(text));
    }

    public Page.Wanted page() {
        int limit = (int) number(Page.LIMIT, 1, Page.LIMIT_MAX, Page.LIMIT_DEFAULT);
        return new Page.Wanted(limit, query(Page.CURSOR).orElse(""));
    }

    /** Answers with the page of a list that the caller wants. */
    public <T> void list(Function<Views, List<T>> all, Function<T, String> key, Function<T, ?> shown) {
        Page.Wanted wanted = page();
        json(Page.of(read(all), key, wanted).map(shown));
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(text -> !text.isEmpty());
    }

    public long number(String name, long min, long max, long otherwise) {
        String text = query(name).orElse(Long.toString(otherwise));
        boolean readable = WHOLE_NUMBER.matcher(text).matches();
        if (!readable || Long.parseLong(text) < min || Long.parseLong(text) > max) {
            wrong(name, "is '" + shown(text) + "': give a whole number from " + min + " to " + max);
            return otherwise;
        }
        return Long.parseLong(text);
    }

    public boolean flag(String name) {
        String text = query(name).orElse("false");
        if (!text.equals("true") && !text.equals("false")) {
            wrong(name, "is '" + shown(text) + "': give true or false");
        }
        return text.equals("true");
    }

    public <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
        Optional<String> text = query(name);
        Optional<E> constant = text.flatMap(word -> Words.read(type, word));
        if (text.isPresent() && constant.isEmpty()) {
            wrong(name, "is '" + shown(text.get()) + "': give " + Words.all(type));
        }
        return constant;
    }

    /** Notes that a parameter cannot be read. */
    public void wrong(String place, String sentence) {
        problems.add(new Problem(place, sentence));
    }

    /** @throws ProblemException when any parameter could not be read */
    public void check() {
        if (!problems.isEmpty()) {
            String detail = problems.size() == 1
                    ? problems.getFirst().toString()
                    : problems.size() + " parameters cannot be read, see errors";
            throw ProblemException.unreadable(detail, problems);
        }
    }

    /** Whether the caller may do with a job, or see of it, what its owner may. */
    public boolean owns(Views.JobView job) {
        return job.owner().equals(principal().user()) || principal().may(UserRole.OPERATOR);
    }

    /** The job, if its owner or an operator asks. For use in a question. */
    public Views.JobView ownJob(Views views, JobId job) {
        Views.JobView view = anyJob(views, job);
        if (!owns(view)) {
            throw ProblemException.notYours(view);
        }
        return view;
    }

    /** The job. For use in a question. */
    public Views.JobView anyJob(Views views, JobId job) {
        return views.job(job)
                // Of others' jobs a token for one's own knows nothing.
                .filter(view -> !principal().ownJobsOnly()
                        || view.owner().equals(principal().user()))
                .orElseThrow(() -> ProblemException.of(Refusal.noJob(job)));
    }

    private static String shown(String text) {
        return CutText.shortened(text, 41);
    }
}
