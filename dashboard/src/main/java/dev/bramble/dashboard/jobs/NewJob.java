package dev.bramble.dashboard.jobs;

import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that the form for a new job shows.
 *
 * @param isFile whether it asks for a job file; otherwise for a command
 * @param files the first of those that are uploaded
 * @param moreFiles how many there are beside
 * @param kept every uploaded file, as the form carries it
 * @param trouble what is wrong in one sentence; empty when nothing is
 * @param mistakes each thing that is wrong with the job
 * @param listing the lines of the job file around mistakes, with these beside them
 */
public record NewJob(
        boolean isFile,
        String text,
        SimpleJob simple,
        List<FileRow> files,
        int moreFiles,
        List<String> kept,
        String trouble,
        List<Mistake> mistakes,
        List<Line> listing,
        Optional<DryRun> dryRun,
        List<Example> examples,
        String key,
        String notice) {
    /** What a person looks through; a job of more was made by a program. */
    static final int FILES_SHOWN_MAX = 50;
    /** Lines shown before and after one with a mistake. */
    private static final int AROUND = 1;

    private static final Pattern LINE = Pattern.compile("line (\\d{1,7}), column \\d+");

    /** @param index its place among all files */
    public record FileRow(int index, String name, String described) {}

    /** @param line of the job file; 0 when it is about none */
    public record Mistake(String place, String sentence, int line) {
        static Mistake of(Problem problem) {
            Matcher line = LINE.matcher(problem.place());
            return new Mistake(
                    problem.place(),
                    Shown.sentence(problem.sentence()),
                    line.find() ? Integer.parseInt(line.group(1)) : 0);
        }
    }

    /**
     * A line of the job file.
     *
     * @param number from 1; 0 for a gap
     */
    public record Line(int number, String text, List<String> mistakes) {}

    static NewJob of(Draft draft) {
        List<FileRow> rows = new ArrayList<>();
        for (int i = 0; i < Math.min(FILES_SHOWN_MAX, draft.files().size()); i++) {
            DraftFile file = draft.files().get(i);
            rows.add(new FileRow(i, file.file().name(), file.described()));
        }
        return new NewJob(
                draft.isFile(),
                draft.text(),
                draft.simple(),
                List.copyOf(rows),
                draft.files().size() - rows.size(),
                draft.files().stream().map(DraftFile::field).toList(),
                "",
                List.of(),
                List.of(),
                Optional.empty(),
                Example.ALL,
                draft.key(),
                "");
    }

    NewJob wrong(String sentence, List<Problem> problems, String written) {
        List<Mistake> all = problems.stream().map(Mistake::of).toList();
        return new NewJob(
                isFile,
                text,
                simple,
                files,
                moreFiles,
                kept,
                Shown.sentence(sentence),
                all,
                listing(all, written),
                Optional.empty(),
                examples,
                key,
                "");
    }

    NewJob checked(DryRun run) {
        return new NewJob(
                isFile,
                text,
                simple,
                files,
                moreFiles,
                kept,
                trouble,
                mistakes,
                listing,
                Optional.of(run),
                examples,
                key,
                "");
    }

    NewJob said(String sentence) {
        return new NewJob(
                isFile, text, simple, files, moreFiles, kept, trouble, mistakes, listing, dryRun, examples, key,
                sentence);
    }

    /** Only what somebody must look at, with a line around it; gaps are marked. */
    static List<Line> listing(List<Mistake> mistakes, String written) {
        String[] lines = written.split("\n", -1);
        TreeMap<Integer, Line> shown = new TreeMap<>();
        for (Mistake mistake : mistakes) {
            if (mistake.line() < 1 || mistake.line() > lines.length) {
                continue;
            }
            int first = Math.max(1, mistake.line() - AROUND);
            int last = Math.min(lines.length, mistake.line() + AROUND);
            for (int number = first; number <= last; number++) {
                shown.putIfAbsent(number, new Line(number, lines[number - 1], List.of()));
            }
            Line line = shown.get(mistake.line());
            List<String> all = new ArrayList<>(line.mistakes());
            all.add(mistake.sentence());
            shown.put(mistake.line(), new Line(line.number(), line.text(), List.copyOf(all)));
        }
        List<Line> listing = new ArrayList<>();
        int before = 0;
        for (Line line : shown.values()) {
            if (line.number() > before + 1) {
                listing.add(new Line(0, "…", List.of()));
            }
            listing.add(line);
            before = line.number();
        }
        return List.copyOf(listing);
    }
}
