package dev.bramble.leader;

import dev.bramble.control.Answer;
import dev.bramble.control.Control;
import dev.bramble.control.Question;
import dev.bramble.ledger.AnswerPage;
import dev.bramble.ledger.BlobRecord;
import dev.bramble.ledger.JobRecord;
import dev.bramble.ledger.RecordedResult;
import dev.bramble.model.AttemptOutcome;
import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Output;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.model.TaskId;
import dev.bramble.trust.EnrolmentForms;
import dev.bramble.trust.Form;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The leader's answers to questions of heads and nodes. Event loop. */
public final class Answers {
    /** Inline bytes of results in one answer: half of the largest message, since names and figures come on top. */
    static final int RESULTS_BYTES_AIM = 400_000;
    /** Results in one answer. */
    static final int RESULTS_MAX = 1024;

    /** Pieces of answers in one page, of 64 kB each at the most: below the largest message. */
    static final int LINES_PIECES_MAX = 6;

    private final Leader leader;
    private final UserDesk desk;
    private final Admissions admissions;
    private final ButtonDesk button;

    Answers(Leader leader, UserDesk desk, Admissions admissions, ButtonDesk button) {
        this.leader = leader;
        this.desk = desk;
        this.admissions = admissions;
        this.button = button;
    }

    /** Never fails: a failure is an answer, too. */
    public CompletionStage<Answer> answer(NodeId from, Question question) {
        CompletionStage<Answer> answer;
        try {
            answer = answered(from, question);
        } catch (RefusedException refusal) {
            answer = CompletableFuture.failedFuture(refusal);
        }
        return answer.exceptionally(Answers::refusal);
    }

    private static Answer refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return new Answer.Refused(
                cause instanceof RefusedException refused
                        ? refused.refusal()
                        : new Refusal(Refusal.Kind.UNAVAILABLE, "the leader could not do it: " + cause));
    }

    private CompletionStage<Answer> answered(NodeId from, Question question) {
        if (!leader.isLeading()) {
            throw new RefusedException(Refusal.Kind.UNAVAILABLE, "this node does not lead any more: try again");
        }
        return switch (question) {
            case Question.Act act ->
                desk.act(
                                new Caller(
                                        act.credential(),
                                        leader.name(from),
                                        act.address().orElse("")),
                                act.action())
                        .thenApply(Answer.Acted::new);
            case Question.PreviewDrain preview ->
                now(new Answer.DrainPreviewed(desk.previewDrain(preview.nodes(), preview.spec())));
            case Question.Pressed pressed -> button.pressed(from, pressed).thenApply(Answer.Pressed::new);
            case Question.Running running -> now(running(running));
            case Question.RunningOn running -> now(runningOn(running));
            case Question.WhereIsLog where -> now(whereIsLog(where));
            case Question.Results results -> now(results(results));
            case Question.Lines lines -> now(lines(lines));
            case Question.EnrolBegin begin ->
                admissions
                        .begin(EnrolmentForms.readBegin(Form.parse(begin.form())), begin.address())
                        .thenApply(begun -> form(EnrolmentForms.write(begun)));
            case Question.EnrolReveal reveal ->
                admissions
                        .reveal(reveal.enrolment(), reveal.nonce())
                        .thenApply(status -> form(EnrolmentForms.write(status)));
            case Question.EnrolStatus status ->
                admissions.status(status.enrolment()).thenApply(known -> form(EnrolmentForms.write(known)));
            case Question.EnrolJoin join ->
                admissions
                        .join(EnrolmentForms.readJoin(Form.parse(join.form())), join.address())
                        .thenApply(admission -> form(EnrolmentForms.write(admission)));
            case Question.AttemptLog log ->
                throw new RefusedException(Refusal.Kind.INVALID, "a running attempt's log is asked of its node");
        };
    }

    private static CompletionStage<Answer> now(Answer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static Answer form(Form form) {
        return new Answer.EnrolForm(form.encode());
    }

    private Answer running(Question.Running question) {
        TreeMap<Integer, Control.RunningTask> tasks = new TreeMap<>();
        for (NodeBook book : leader.books().values()) {
            for (NodeBook.Held held : book.held()) {
                if (held.task.job().equals(question.job()) && held.task.index() >= question.fromTask()) {
                    tasks.merge(
                            held.task.index(),
                            new Control.RunningTask(
                                    held.task.index(),
                                    book.member().node(),
                                    held.number,
                                    held.running,
                                    held.running ? held.millis : 0),
                            (one, other) -> one.running() ? one : other);
                }
            }
        }
        List<Control.RunningTask> page =
                tasks.values().stream().limit(question.limit()).toList();
        int next = page.size() < tasks.size() ? page.getLast().task() + 1 : -1;
        return new Answer.Running(new Control.RunningTasks(page, next));
    }

    private Answer runningOn(Question.RunningOn question) {
        NodeBook book = leader.books().get(question.node());
        if (book == null) {
            return new Answer.RunningOn(new Control.NodeTasks(List.of(), 0));
        }
        List<Control.NodeTask> tasks = book.held().stream()
                .sorted(Comparator.comparing((NodeBook.Held held) -> !held.running)
                        .thenComparingLong(held -> held.running ? held.millis : 0)
                        .thenComparing(held -> held.attempt))
                .limit(question.limit())
                .map(held -> new Control.NodeTask(
                        held.task.job(),
                        held.task.index(),
                        held.count,
                        held.number,
                        held.running,
                        held.running ? held.millis : 0))
                .toList();
        return new Answer.RunningOn(new Control.NodeTasks(tasks, book.held().size() - tasks.size()));
    }

    private Answer whereIsLog(Question.WhereIsLog question) {
        TaskId task = new TaskId(question.job(), question.task());
        Optional<Answer> running = Optional.empty();
        for (Map.Entry<NodeId, NodeBook> book : leader.books().entrySet()) {
            for (NodeBook.Held held : book.getValue().held()) {
                if (held.task.equals(task) && held.running) {
                    running = Optional.of(new Answer.LogIsAt(book.getKey(), held.attempt));
                }
            }
        }
        return running.or(() -> leader.tails().of(task).map(tail -> {
                    boolean out = question.stream() == Control.LogStream.STDOUT;
                    byte[] bytes = out ? tail.stdout() : tail.stderr();
                    long offset = out ? tail.stdoutOffset() : tail.stderrOffset();
                    return new Answer.Log(new Control.LogSlice(offset, bytes, offset + bytes.length, false, true));
                }))
                .orElse(new Answer.Nothing());
    }

    private Answer results(Question.Results question) {
        JobRecord job = job(question.job());
        List<Answer.TaskResult> page = new ArrayList<>();
        int bytes = 0;
        int tasks = job.spec().tasks().count();
        int task = question.fromTask();
        while (task < tasks && bytes < RESULTS_BYTES_AIM && page.size() < RESULTS_MAX) {
            Optional<RecordedResult> result = job.result(task);
            if (result.isPresent()) {
                page.add(new Answer.TaskResult(task, result.get(), places(result.get())));
                bytes += (int) size(result.get());
            }
            task++;
        }
        return new Answer.Results(page, task < tasks ? task : -1);
    }

    private Answer lines(Question.Lines question) {
        AnswerPage page = job(question.job()).answers(question.fromTask(), LINES_PIECES_MAX);
        List<Answer.Place> places = new ArrayList<>();
        for (AnswerPage.Piece piece : page.pieces()) {
            switch (piece) {
                case AnswerPage.Piece.Bytes bytes -> {}
                case AnswerPage.Piece.Lines lines ->
                    places.add(new Answer.Place(lines.segment(), holders(lines.segment(), List.of())));
            }
        }
        return new Answer.Lines(page, places);
    }

    private JobRecord job(JobId id) {
        return leader.state().job(id).orElseThrow(() -> new RefusedException(Refusal.noJob(id)));
    }

    private List<Answer.Place> places(RecordedResult result) {
        List<Answer.Place> places = new ArrayList<>();
        for (Output output : outputs(result)) {
            output.stored()
                    .ifPresent(stored ->
                            places.add(new Answer.Place(stored.blob(), holders(stored.blob(), stored.holders()))));
            if (output instanceof Output.SegmentLine line) {
                places.add(new Answer.Place(line.segment(), holders(line.segment(), List.of())));
            }
        }
        return places;
    }

    private List<NodeId> holders(BlobId blob, List<NodeId> first) {
        return leader.state()
                .blob(blob)
                .map(BlobRecord::holders)
                .map(List::copyOf)
                .orElse(first);
    }

    private static List<Output> outputs(RecordedResult result) {
        List<Output> outputs = new ArrayList<>(List.of(result.stdout(), result.stderr()));
        result.outputs().stream().map(AttemptOutcome.KeptFile::content).forEach(outputs::add);
        return outputs;
    }

    private static long size(RecordedResult result) {
        return 200 + outputs(result).stream().mapToLong(Output::messageBytes).sum();
    }
}
