package dev.bramble.cli.submit;

import dev.bramble.cli.connect.Json;
import dev.bramble.control.jobfile.FileSource;
import dev.bramble.control.jobfile.JobLimits;
import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Place;
import dev.bramble.control.jobfile.Problems;
import dev.bramble.model.BlobId;
import dev.bramble.model.FileNames;
import dev.bramble.model.LineFiles;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/**
 * The files of a job on the user's disk, by names relative to one folder. Regular files and folders of them only: a
 * link could point anywhere tomorrow, and a device never ends.
 */
public final class LocalFiles implements FileSource {
    /** Most bytes of one file that any bramble takes, however its {@code blobs.upload-max} is set. */
    public static final long FILE_BYTES_MAX = 16L << 30;
    /** Most entries looked at for one pattern: a slip such as {@code /**} beneath a home folder ends in seconds. */
    private static final int ENTRIES_MAX = 1_000_000;

    private static final int CHUNK_BYTES = 64 * 1024;

    private final Path base;
    private final Map<BlobId, Path> uploads = new LinkedHashMap<>();
    private final Map<String, ShippedFile> known = new LinkedHashMap<>();

    /** @param base the folder that names are relative to */
    public LocalFiles(Path base) {
        this.base = base;
    }

    /** Every file that was taken, once for each content, in order. */
    public Map<BlobId, Path> uploads() {
        return Collections.unmodifiableMap(uploads);
    }

    @Override
    public List<ShippedFile> ship(Node element, Problems problems) {
        Optional<String> name = name(element, problems);
        if (name.isEmpty()) {
            return List.of();
        }
        String trimmed = name.get().replaceAll("/+$", "");
        Optional<Kind> kind = kind(trimmed, element.place(), problems);
        if (kind.isEmpty()) {
            return List.of();
        }
        if (kind.get() == Kind.FILE) {
            return take(trimmed, element.place(), problems).map(List::of).orElse(List.of());
        }
        List<ShippedFile> files = folder(trimmed, element.place(), problems);
        if (files.isEmpty() && problems.isEmpty()) {
            problems.add(element.place(), "'" + trimmed + "' is a folder without a file: nothing would be shipped");
        }
        return files;
    }

    @Override
    public Optional<TaskSource.Lines> lines(Node value, Problems problems) {
        Optional<String> name = name(value, problems);
        if (name.isEmpty() || !isFile(name.get(), value.place(), problems)) {
            return Optional.empty();
        }
        Optional<ShippedFile> file = take(name.get(), value.place(), problems);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(base.resolve(name.get()))) {
            LineFiles.Counted counted = LineFiles.count(in);
            if (counted.tooLong() > 0) {
                problems.add(
                        value.place(),
                        String.format(
                                Locale.ROOT,
                                "'%s' has a line longer than %,d bytes (line %d): break it up",
                                name.get(),
                                LineFiles.LINE_BYTES_MAX,
                                counted.tooLong()));
                return Optional.empty();
            }
            return Optional.of(new TaskSource.Lines(file.get(), (int) Math.min(counted.lines(), Integer.MAX_VALUE)));
        } catch (IOException e) {
            problems.add(value.place(), "'" + name.get() + "' cannot be read: " + Json.reason(e));
            return Optional.empty();
        }
    }

    private boolean isFile(String name, Place place, Problems problems) {
        Optional<Kind> kind = kind(name, place, problems);
        if (kind.filter(Kind.FOLDER::equals).isPresent()) {
            problems.add(place, "'" + name + "' is a folder: name a file with a task on each line");
        }
        return kind.filter(Kind.FILE::equals).isPresent();
    }

    @Override
    public List<ShippedFile> each(Node value, Problems problems) {
        List<Node> patterns = value instanceof Node.ListNode list ? list.elements() : List.of(value);
        Map<String, ShippedFile> files = new LinkedHashMap<>();
        for (Node pattern : patterns) {
            Optional<String> text = name(pattern, problems);
            if (text.isEmpty()) {
                continue;
            }
            List<String> names = hasWildcard(text.get())
                    ? matches(text.get(), pattern.place(), problems)
                    : isFile(text.get(), pattern.place(), problems) ? List.of(text.get()) : List.of();
            if (names.isEmpty() && problems.isEmpty()) {
                problems.add(pattern.place(), "'" + text.get() + "' matches no file: check the pattern");
            }
            for (String name : names) {
                take(name, pattern.place(), problems).ifPresent(file -> files.putIfAbsent(name, file));
            }
        }
        return List.copyOf(files.values());
    }

    private static boolean hasWildcard(String pattern) {
        return pattern.chars().anyMatch(c -> "*?[{".indexOf(c) >= 0);
    }

    private Optional<String> name(Node node, Problems problems) {
        Optional<String> name = node instanceof Node.Flag ? Optional.empty() : node.scalar();
        if (name.isEmpty()) {
            problems.add(node.place(), "must be the name of a file, it is " + node.described());
            return name;
        }
        Optional<String> refusal = FileNames.refusal(name.get().replaceAll("(?<=.)/+$", ""));
        refusal.ifPresent(why -> problems.add(node.place(), "'" + name.get() + "' " + why));
        return refusal.isPresent() ? Optional.empty() : name;
    }

    // --- Looking -----------------------------------------------------------------------------------------------------

    private enum Kind {
        FILE,
        FOLDER
    }

    /** What {@code name} is, when it is something that may be shipped. No step on the way to it may be a link. */
    private Optional<Kind> kind(String name, Place place, Problems problems) {
        try {
            Path path = base;
            for (String part : name.split("/")) {
                path = path.resolve(part);
                BasicFileAttributes is =
                        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (is.isSymbolicLink()) {
                    problems.add(
                            place,
                            "'" + base.relativize(path) + "' is a symbolic link: ship the file that it points to");
                    return Optional.empty();
                }
            }
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(Kind.FILE);
            }
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                return Optional.of(Kind.FOLDER);
            }
            problems.add(place, "'" + name + "' is neither a file nor a folder: only these can be shipped");
        } catch (NoSuchFileException missing) {
            problems.add(place, "there is no file '" + name + "' in " + shown(base));
        } catch (IOException | InvalidPathException e) {
            problems.add(place, "'" + name + "' cannot be looked at: " + e.getMessage());
        }
        return Optional.empty();
    }

    private static String shown(Path folder) {
        return folder.toString().isEmpty() ? "the current folder" : "the folder " + folder;
    }

    /** All regular files beneath, in order of their names. */
    private List<ShippedFile> folder(String folder, Place place, Problems problems) {
        List<ShippedFile> files = new ArrayList<>();
        for (String name : walk(base.resolve(folder), Integer.MAX_VALUE, null, place, problems)) {
            Optional<String> refusal = FileNames.refusal(name);
            refusal.ifPresent(why -> problems.add(place, "'" + name + "' " + why));
            if (refusal.isEmpty()) {
                take(name, place, problems).ifPresent(files::add);
            }
        }
        return files;
    }

    private List<String> matches(String pattern, Place place, Problems problems) {
        PathMatcher matcher;
        try {
            matcher = matcher(pattern);
        } catch (PatternSyntaxException wrong) {
            problems.add(place, "'" + pattern + "' is no pattern: " + wrong.getDescription());
            return List.of();
        }
        String[] parts = pattern.split("/");
        Path start = base;
        int literal = 0;
        while (literal < parts.length - 1 && !hasWildcard(parts[literal])) {
            start = start.resolve(parts[literal++]);
        }
        if (!Files.isDirectory(start, LinkOption.NOFOLLOW_LINKS)) {
            problems.add(place, "there is no folder '" + base.relativize(start) + "' in " + shown(base));
            return List.of();
        }
        boolean deep = pattern.contains("**") || pattern.contains("{");
        return walk(start, deep ? Integer.MAX_VALUE : parts.length - literal, matcher, place, problems);
    }

    /** As shells with {@code **} do it: that matches no folder too, and a wildcard matches no hidden file. */
    private static PathMatcher matcher(String pattern) {
        String anyDepth = pattern.contains("{") ? pattern : pattern.replace("**/", "{,**/}");
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + anyDepth);
        boolean hiddenToo = pattern.startsWith(".") || pattern.contains("/.");
        return path -> matcher.matches(path) && (hiddenToo || !isHidden(path));
    }

    private static boolean isHidden(Path path) {
        for (Path part : path) {
            if (part.toString().startsWith(".")) {
                return true;
            }
        }
        return false;
    }

    /**
     * Names, relative to the base, of the regular files beneath {@code start}, sorted by code point.
     *
     * @param matcher which of them; null for all, and then a link or device among them is a problem
     */
    private List<String> walk(Path start, int depth, PathMatcher matcher, Place place, Problems problems) {
        TreeSet<String> names = new TreeSet<>();
        try {
            Files.walkFileTree(start, java.util.Set.of(), depth, new SimpleFileVisitor<>() {
                private int entries;

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes is) {
                    String name = base.relativize(file).toString();
                    boolean wanted = matcher == null || matcher.matches(base.relativize(file));
                    if (wanted && is.isRegularFile()) {
                        names.add(name);
                    } else if (wanted && !is.isDirectory()) {
                        problems.add(
                                place,
                                "'" + name + "' is " + (is.isSymbolicLink() ? "a symbolic link" : "no regular file")
                                        + ": only regular files can be shipped");
                    }
                    boolean enough = ++entries >= ENTRIES_MAX || names.size() > JobLimits.FILES_MAX;
                    return enough ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    problems.add(place, "'" + base.relativize(file) + "' cannot be read: " + Json.reason(e));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            problems.add(place, "'" + base.relativize(start) + "' cannot be read: " + Json.reason(e));
        }
        return List.copyOf(names);
    }

    // --- Taking ------------------------------------------------------------------------------------------------------

    private Optional<ShippedFile> take(String name, Place place, Problems problems) {
        if (known.containsKey(name)) {
            return Optional.of(known.get(name));
        }
        Path path = base.resolve(name);
        try {
            long size = Files.size(path);
            if (size > FILE_BYTES_MAX) {
                problems.add(
                        place,
                        String.format(
                                Locale.ROOT,
                                "'%s' has %,d bytes, a file has at most %,d: split it",
                                name,
                                size,
                                FILE_BYTES_MAX));
                return Optional.empty();
            }
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            long read = digest(path, hash);
            BlobId blob = new BlobId(HexFormat.of().formatHex(hash.digest()));
            ShippedFile file = new ShippedFile(name, blob, read, Files.isExecutable(path));
            known.put(name, file);
            uploads.putIfAbsent(blob, path);
            return Optional.of(file);
        } catch (IOException e) {
            problems.add(place, "'" + name + "' cannot be read: " + Json.reason(e));
            return Optional.empty();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }

    private static long digest(Path path, MessageDigest hash) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        long total = 0;
        try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
            int read;
            while ((read = in.read(chunk)) >= 0) {
                hash.update(chunk, 0, read);
                total += read;
            }
        }
        return total;
    }
}
