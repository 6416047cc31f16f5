package dev.bramble.dashboard.jobs;

import dev.bramble.control.jobfile.FileSource;
import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.control.jobfile.Suggestion;
import dev.bramble.control.jobfile.UploadedFiles;
import dev.bramble.model.FileNames;
import dev.bramble.model.LineFiles;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/**
 * The files of a job that is being written, by the names under which they were uploaded; beside them, as over REST, any
 * by their hashes. For one thread.
 */
final class DraftFiles implements FileSource {
    private final Map<String, DraftFile> byName = new LinkedHashMap<>();
    private final UploadedFiles byHash = new UploadedFiles();
    private final Set<String> used = new LinkedHashSet<>();

    /** @param files of two with one name the later counts */
    DraftFiles(List<DraftFile> files) {
        files.forEach(file -> byName.put(file.file().name(), file));
    }

    /** Those that the job did not name: perhaps a slip. */
    List<String> unused() {
        return byName.keySet().stream().filter(name -> !used.contains(name)).toList();
    }

    @Override
    public List<ShippedFile> ship(Node element, Problems problems) {
        if (element instanceof Node.MapNode) {
            return byHash.ship(element, problems);
        }
        Optional<String> name = name(element, problems);
        if (name.isEmpty()) {
            return List.of();
        }
        String folder = name.get() + "/";
        List<ShippedFile> beneath = byName.values().stream()
                .map(DraftFile::file)
                .filter(file -> file.name().startsWith(folder))
                .toList();
        if (!byName.containsKey(name.get()) && !beneath.isEmpty()) {
            beneath.forEach(file -> used.add(file.name()));
            return beneath;
        }
        return find(name.get(), element, problems)
                .map(DraftFile::file)
                .map(List::of)
                .orElse(List.of());
    }

    @Override
    public Optional<TaskSource.Lines> lines(Node value, Problems problems) {
        if (value instanceof Node.MapNode) {
            return byHash.lines(value, problems);
        }
        Optional<DraftFile> file = name(value, problems).flatMap(name -> find(name, value, problems));
        if (file.isEmpty()) {
            return Optional.empty();
        }
        if (file.get().lineTooLong() > 0) {
            problems.add(
                    value.place(),
                    "'" + file.get().file().name() + "' has a line longer than " + LineFiles.LINE_BYTES_MAX
                            + " bytes (line " + file.get().lineTooLong() + "): break it up");
            return Optional.empty();
        }
        if (file.get().lines() < 0) {
            problems.add(
                    value.place(), "'" + file.get().file().name() + "' has lines that nobody counted: upload it again");
            return Optional.empty();
        }
        return file.map(known -> new TaskSource.Lines(known.file(), (int) Math.min(known.lines(), Integer.MAX_VALUE)));
    }

    @Override
    public List<ShippedFile> each(Node value, Problems problems) {
        List<Node> patterns = value instanceof Node.ListNode list ? list.elements() : List.of(value);
        Map<String, ShippedFile> files = new LinkedHashMap<>();
        for (Node pattern : patterns) {
            if (pattern instanceof Node.MapNode) {
                byHash.ship(pattern, problems).forEach(file -> files.putIfAbsent(file.name(), file));
                continue;
            }
            Optional<String> text = name(pattern, problems);
            if (text.isEmpty()) {
                continue;
            }
            for (ShippedFile file : matching(text.get(), pattern, problems)) {
                files.putIfAbsent(file.name(), file);
            }
        }
        return List.copyOf(files.values());
    }

    private List<ShippedFile> matching(String pattern, Node node, Problems problems) {
        if (pattern.chars().noneMatch(c -> "*?[{".indexOf(c) >= 0)) {
            return find(pattern, node, problems)
                    .map(DraftFile::file)
                    .map(List::of)
                    .orElse(List.of());
        }
        List<ShippedFile> found = new ArrayList<>();
        try {
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
            for (DraftFile file : byName.values()) {
                if (matcher.matches(Path.of(file.file().name()))) {
                    found.add(file.file());
                    used.add(file.file().name());
                }
            }
        } catch (PatternSyntaxException wrong) {
            problems.add(node.place(), "'" + pattern + "' is no pattern: " + wrong.getDescription());
            return List.of();
        } catch (InvalidPathException wrong) {
            problems.add(node.place(), "has a file with a name that cannot be matched: name it in full");
            return List.of();
        }
        if (found.isEmpty()) {
            problems.add(node.place(), "'" + pattern + "' matches none of the uploaded files: check the pattern");
        }
        found.sort(java.util.Comparator.comparing(ShippedFile::name));
        return found;
    }

    private Optional<DraftFile> find(String name, Node node, Problems problems) {
        DraftFile file = byName.get(name);
        if (file == null) {
            String meant = Suggestion.nearest(name, List.copyOf(byName.keySet()))
                    .map(near -> "; did you mean '" + near + "'?")
                    .orElse("");
            problems.add(node.place(), "the file '" + name + "' is not among those uploaded: add it below" + meant);
            return Optional.empty();
        }
        used.add(name);
        return Optional.of(file);
    }

    private static Optional<String> name(Node node, Problems problems) {
        Optional<String> name = node instanceof Node.Flag ? Optional.empty() : node.scalar();
        if (name.isEmpty()) {
            problems.add(node.place(), "must be the name of a file, it is " + node.described());
            return name;
        }
        String trimmed = name.get().replaceAll("(?<=.)/+$", "");
        Optional<String> refusal = FileNames.refusal(trimmed);
        refusal.ifPresent(why -> problems.add(node.place(), "'" + name.get() + "' " + why));
        return refusal.isPresent() ? Optional.empty() : Optional.of(trimmed);
    }
}
