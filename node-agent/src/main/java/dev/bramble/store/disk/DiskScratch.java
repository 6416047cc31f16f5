package dev.bramble.store.disk;

import dev.bramble.model.FileNames;
import dev.bramble.store.Scratch;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Scratch files in a folder of this node's disk: one folder a group. Safe for many threads. */
public final class DiskScratch implements Scratch {
    private final Path folder;

    private DiskScratch(Path folder) {
        this.folder = folder;
    }

    /** Opens or makes the folder (0700), and deletes what an earlier process left in it. */
    public static DiskScratch open(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        try (Stream<Path> leftovers = Files.list(folder)) {
            for (Path leftover : leftovers.toList()) {
                deleteTree(leftover);
            }
        }
        return new DiskScratch(folder);
    }

    @Override
    public Path write(String group, String name, byte[] bytes) throws IOException {
        return Files.write(file(group, name), bytes);
    }

    @Override
    public Path append(String group, String name, Content content) throws IOException {
        Path file = file(group, name);
        try (OutputStream out = new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND))) {
            content.writeTo(out);
        }
        return file;
    }

    private Path file(String group, String name) throws IOException {
        Path file = groupFolder(group).resolve(name);
        if (FileNames.refusal(name).isPresent()) {
            throw new IllegalArgumentException(
                    "'" + name + "' " + FileNames.refusal(name).get());
        }
        Files.createDirectories(file.getParent());
        return file;
    }

    @Override
    public void delete(String group) throws IOException {
        deleteTree(groupFolder(group));
    }

    private Path groupFolder(String group) {
        if (FileNames.refusal(group).isPresent() || group.contains("/")) {
            throw new IllegalArgumentException("'" + group + "' cannot be the name of a folder");
        }
        return folder.resolve(group);
    }

    private static void deleteTree(Path root) throws IOException {
        List<Path> entries;
        try (Stream<Path> tree = Files.walk(root)) {
            entries = tree.sorted(Comparator.reverseOrder()).toList();
        } catch (NoSuchFileException none) {
            return;
        }
        for (Path entry : entries) {
            Files.deleteIfExists(entry);
        }
    }
}
