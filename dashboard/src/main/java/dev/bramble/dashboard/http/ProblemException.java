package dev.bramble.dashboard.http;

import dev.bramble.control.Views;
import dev.bramble.model.Problem;
import dev.bramble.model.Refusal;
import java.util.List;

/** Ends a request with a problem document (RFC 9457) instead of an answer. */
public final class ProblemException extends RuntimeException {
    /** A new leader is there after about a second; asking sooner only adds load. */
    private static final int RETRY_UNAVAILABLE_SECONDS = 1;
    /** A limit of the bramble (queue full, disk full) passes with work that ends, which takes longer than a leader. */
    private static final int RETRY_LIMIT_SECONDS = 10;

    private final int status;
    private final Code code;
    private final transient List<Problem> problems;
    private final int retryAfterSeconds;

    /** What a program can act on; a word of the interface's description. */
    public enum Code {
        /** The request itself is wrong. */
        INVALID("The request is wrong"),
        /** No credential, or one that opens nothing. */
        UNAUTHENTICATED("Who is asking is not known"),
        /** The role is too low, or the thing is another user's. */
        FORBIDDEN("This is not allowed"),
        /** No such thing. */
        NOT_FOUND("There is no such thing"),
        /** It exists but is not in a state that allows this. */
        CONFLICT("Its state does not allow this"),
        /** Something is full, too large or too often. */
        LIMIT("A limit is reached"),
        /** Nobody can answer now. */
        UNAVAILABLE("Nobody can answer now"),
        /** A fault in this head. */
        INTERNAL("Something went wrong in this head");

        private final String title;

        Code(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }
    }

    private ProblemException(int status, Code code, String detail, List<Problem> problems, int retryAfterSeconds) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
        this.problems = List.copyOf(problems);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    public static ProblemException of(Refusal refusal) {
        String sentence = refusal.sentence();
        List<Problem> problems = refusal.problems();
        return switch (refusal.kind()) {
            case INVALID -> new ProblemException(422, Code.INVALID, sentence, problems, 0);
            case UNAUTHENTICATED -> new ProblemException(401, Code.UNAUTHENTICATED, sentence, problems, 0);
            case FORBIDDEN -> new ProblemException(403, Code.FORBIDDEN, sentence, problems, 0);
            case NOT_FOUND -> new ProblemException(404, Code.NOT_FOUND, sentence, problems, 0);
            case CONFLICT -> new ProblemException(409, Code.CONFLICT, sentence, problems, 0);
            case LIMIT ->
                new ProblemException(
                        429,
                        Code.LIMIT,
                        sentence,
                        problems,
                        refusal.retryAfterSeconds().orElse(RETRY_LIMIT_SECONDS));
            case UNAVAILABLE ->
                new ProblemException(503, Code.UNAVAILABLE, sentence, problems, RETRY_UNAVAILABLE_SECONDS);
        };
    }

    public static ProblemException of(Refusal.Kind kind, String sentence) {
        return of(new Refusal(kind, sentence));
    }

    /** What only a job's owner and operators may see or do. */
    public static ProblemException notYours(Views.JobView job) {
        return of(
                Refusal.Kind.FORBIDDEN,
                "job " + job.job() + " belongs to " + job.owner()
                        + ": what it was given and what it left is for its owner and for operators");
    }

    /** The request cannot be read. */
    public static ProblemException unreadable(String detail, List<Problem> problems) {
        return new ProblemException(400, Code.INVALID, detail, problems, 0);
    }

    /** The request can be read and says something wrong. */
    public static ProblemException wrong(String detail, List<Problem> problems) {
        return new ProblemException(422, Code.INVALID, detail, problems, 0);
    }

    public static ProblemException methodNotAllowed(String detail) {
        return new ProblemException(405, Code.INVALID, detail, List.of(), 0);
    }

    public static ProblemException tooLarge(String detail) {
        return new ProblemException(413, Code.LIMIT, detail, List.of(), 0);
    }

    public static ProblemException tooOften(String detail, int retryAfterSeconds) {
        return new ProblemException(429, Code.LIMIT, detail, List.of(), retryAfterSeconds);
    }

    public static ProblemException unsupportedMediaType(String detail) {
        return new ProblemException(415, Code.INVALID, detail, List.of(), 0);
    }

    /** What the web server itself refused. */
    public static ProblemException ofStatus(int status, String detail) {
        Code code = switch (status) {
            case 401 -> Code.UNAUTHENTICATED;
            case 403 -> Code.FORBIDDEN;
            case 404 -> Code.NOT_FOUND;
            case 409 -> Code.CONFLICT;
            case 413, 414, 429, 431 -> Code.LIMIT;
            case 503 -> Code.UNAVAILABLE;
            default -> status >= 500 ? Code.INTERNAL : Code.INVALID;
        };
        int retryAfterSeconds = status == 503 || status == 429 ? RETRY_UNAVAILABLE_SECONDS : 0;
        return new ProblemException(status, code, detail, List.of(), retryAfterSeconds);
    }

    public int status() {
        return status;
    }

    public Code code() {
        return code;
    }

    public List<Problem> problems() {
        return problems;
    }

    /** 0 when trying again is of no use. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
