package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.jobs.JobAddress;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.JobId;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a task prints, to follow and to search. */
public final class LogPage {
    /** Shown and searched: a piece as nodes give them; the whole is for download. */
    static final int BYTES_MAX = TaskRoutes.LOG_PIECE_BYTES_MAX;
    /** Lines that a search shows. */
    static final int FOUND_MAX = 500;
    /** Of what is searched for. */
    private static final int WANTED_CHARS_MAX = 200;

    private LogPage() {}

    public static Screen screen() {
        return new Screen("/jobs/{job}/tasks/{task}/log", Section.JOBS, UserRole.SUBMITTER, LogPage::load);
    }

    /** Which task it is. */
    private record Found(Views.JobView job, int task, String address) {
        static Found of(Views views, JobId id, String text, Views.Principal visitor) {
            Views.JobView job = JobAddress.findOwn(views, id, visitor);
            int reduceIndex = TaskRoutes.reduceIndex(views, job);
            int index = TaskPage.index(job, text, reduceIndex);
            if (views.task(id, index).isEmpty()) {
                throw TaskPage.noTask(job, text);
            }
            return new Found(job, index, text);
        }
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        JobId job = JobAddress.job(request);
        Found found =
                Waiting.await(control.read(0, views -> Found.of(views, job, request.place("task"), request.visitor())));
        Control.LogStream stream = request.query("stream")
                .flatMap(word -> Words.read(Control.LogStream.class, word))
                .orElse(Control.LogStream.STDOUT);
        String wanted = request.query("find")
                .filter(text -> text.length() <= WANTED_CHARS_MAX)
                .orElse("");
        Log log;
        try {
            log = Log.of(
                    found,
                    stream,
                    wanted,
                    Waiting.await(control.log(job, found.task(), stream, -BYTES_MAX, BYTES_MAX)));
        } catch (ProblemException unreachable) {
            Control.LogSlice nothing = new Control.LogSlice(0, new byte[0], 0, true, false);
            log = Log.of(found, stream, wanted, nothing).saying(Shown.sentence(unreachable.getMessage()));
        }
        Content content = Content.of("Log of task " + found.address() + " of job " + job, "tasks/log", log)
                .with("log.js");
        return CompletableFuture.completedFuture(content);
    }

    /**
     * All that the page shows.
     *
     * @param end where a reader that follows goes on, in bytes; −1 when nothing will be added
     * @param scope which part of the log it is; may be empty
     */
    public record Log(
            String job,
            String name,
            String task,
            String stream,
            String wanted,
            String text,
            List<LogText.Line> found,
            String said,
            String scope,
            long end) {
        static Log of(Found found, Control.LogStream stream, String wanted, Control.LogSlice slice) {
            String text = LogText.shown(slice.bytes());
            LogText.Found lines =
                    wanted.isEmpty() ? new LogText.Found(List.of(), 0) : LogText.find(text, wanted, FOUND_MAX);
            long end = slice.offset() + slice.bytes().length;
            return new Log(
                    found.job().job().toString(),
                    found.job().name(),
                    found.address(),
                    Words.of(stream),
                    wanted,
                    wanted.isEmpty() ? text : "",
                    lines.lines(),
                    wanted.isEmpty()
                            ? (text.isEmpty() ? "It has printed nothing there so far." : "")
                            : said(lines, wanted),
                    scope(slice),
                    slice.ended() || !wanted.isEmpty() ? -1 : end);
        }

        private static String said(LogText.Found lines, String wanted) {
            String count = lines.found() == 0 ? "No line has" : Shown.counted(lines.found(), "line has", "lines have");
            return count + " “" + wanted + "” in it"
                    + (lines.found() > FOUND_MAX ? "; the last " + FOUND_MAX + " are here" : "") + ".";
        }

        private static String scope(Control.LogSlice slice) {
            if (slice.tailOnly()) {
                return "Its node is gone: this is the last that was heard of it.";
            }
            return slice.offset() > 0
                    ? "The last " + Shown.bytes(slice.bytes().length) + " of " + Shown.bytes(slice.sizeBytes())
                            + ": download it for the whole."
                    : "";
        }

        Log saying(String sentence) {
            return new Log(job, name, task, stream, wanted, text, found, sentence, scope, end);
        }
    }
}
