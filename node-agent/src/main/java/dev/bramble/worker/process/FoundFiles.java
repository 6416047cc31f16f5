package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bramble.model.FileNames;
import dev.bramble.worker.Workers.Collected;
import dev.bramble.worker.Workers.CollectedFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads what the collector found. Names come from a task: each is checked here again. */
final class FoundFiles {
    private final Kind kind;
    private final Path work;
    private final List<CollectedFile> files = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /** What is looked for: how a sentence about one of them begins, and one about all. */
    enum Kind {
        OUTPUTS("the output ", "outputs: "),
        CHECKPOINT("the checkpoint's file ", "checkpoint: ");

        private final String one;
        private final String all;

        Kind(String one, String all) {
            this.one = one;
            this.all = all;
        }
    }

    private FoundFiles(Kind kind, Path work) {
        this.kind = kind;
        this.work = work;
    }

    /** Fields from the third on: see {@code collector.pl}. */
    static Collected of(Frame frame, Kind kind, Path work) {
        FoundFiles found = new FoundFiles(kind, work);
        int at = 2;
        while (at < frame.size()) {
            switch (frame.text(at)) {
                case "file" -> {
                    found.file(frame.bytes(at + 1), frame.number(at + 2), frame.number(at + 3) != 0);
                    at += 4;
                }
                case "problem" -> {
                    found.problem(frame.text(at + 1), frame.text(at + 2));
                    at += 3;
                }
                case "unmatched" -> {
                    found.problems.add(unmatched(frame.text(at + 1)));
                    at += 2;
                }
                default -> at = frame.size();
            }
        }
        found.files.sort(Comparator.comparing(CollectedFile::name));
        return new Collected(List.copyOf(found.files), List.copyOf(found.problems));
    }

    /** Of a folder with nothing in it. */
    static Collected nothing(List<String> patterns) {
        return new Collected(
                List.of(), patterns.stream().map(FoundFiles::unmatched).toList());
    }

    private static String unmatched(String pattern) {
        return "no file matches the output " + Sentences.quote(pattern);
    }

    private void file(byte[] bytes, long sizeBytes, boolean isExecutable) {
        String name;
        try {
            name = UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            problem(new String(bytes, UTF_8), "has a name that is not UTF-8: rename the file");
            return;
        }
        Optional<String> refusal = FileNames.refusal(name);
        if (refusal.isPresent()) {
            problem(name, refusal.get());
            return;
        }
        try {
            files.add(new CollectedFile(name, work.resolve(name), sizeBytes, isExecutable));
        } catch (InvalidPathException e) {
            problem(name, AttemptFolder.NOT_IN_THIS_LOCALE);
        }
    }

    private void problem(String name, String sentence) {
        problems.add(name.isEmpty() ? kind.all + sentence : kind.one + Sentences.quote(name) + " " + sentence);
    }
}
