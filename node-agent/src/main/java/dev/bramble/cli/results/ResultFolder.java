package dev.bramble.cli.results;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.model.FileNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The folder that results are written into. Names come from tasks, so each is checked by {@link FileNames} again, and
 * no step from the folder to the file may be a symbolic link. A file appears under its name only when it is whole.
 */
public final class ResultFolder {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final Path root;

    private ResultFolder(Path root) {
        this.root = root;
    }

    /** Makes the folder if it is not there. It may itself be reached through links: that is the user's choice. */
    public static ResultFolder open(Path folder) {
        try {
            if (Files.exists(folder) && !Files.isDirectory(folder)) {
                throw new Failure(ExitCode.USAGE, folder + " is a file: name a folder for the results");
            }
            Files.createDirectories(folder);
            return new ResultFolder(folder.toRealPath());
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    public Path root() {
        return root;
    }

    /** Why no file may be written under this name, as the end of a sentence; empty when it may. */
    public Optional<String> refusal(String name) {
        Optional<String> byRule = FileNames.refusal(name);
        if (byRule.isPresent()) {
            return byRule;
        }
        Path path = root;
        String[] parts = name.split("/");
        for (int i = 0; i < parts.length; i++) {
            path = path.resolve(parts[i]);
            if (Files.isSymbolicLink(path)) {
                return Optional.of("would be written through the symbolic link " + path + ": remove that");
            }
            boolean isLast = i == parts.length - 1;
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && isLast == Files.isDirectory(path)) {
                return Optional.of(
                        isLast
                                ? "is the name of a folder that is there already: remove that"
                                : "would be beneath " + path + ", which is a file: remove that");
            }
        }
        return Optional.empty();
    }

    /** Whether a whole file of this size and hash is there. */
    public boolean holds(String name, long sizeBytes, String sha256) {
        Path path = root.resolve(name);
        try {
            if (refusal(name).isPresent()
                    || !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
                    || Files.size(path) != sizeBytes) {
                return false;
            }
            try (InputStream in = Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS)) {
                return copy(in, OutputStream.nullOutputStream()).sha256().equals(sha256);
            }
        } catch (IOException unreadable) {
            return false;
        }
    }

    /**
     * Writes the file, whole or not at all.
     *
     * @param sha256 what its bytes must hash to; empty: unknown
     * @throws IOException when {@code body} breaks off or is not what it should be; trouble with the disk is a
     *     {@link Failure}
     */
    public void write(String name, InputStream body, long sizeBytes, Optional<String> sha256, boolean executable)
            throws IOException {
        refusal(name).ifPresent(why -> {
            throw new Failure(ExitCode.CONFLICT, "'" + name + "' " + why);
        });
        Path path = root.resolve(name);
        Path part = path.resolveSibling("." + path.getFileName().toString().hashCode() + ".part");
        try (OutputStream out = fresh(part)) {
            Copied copied = copy(body, new OnDisk(out, path));
            boolean whole = copied.bytes() == sizeBytes
                    && sha256.map(copied.sha256()::equals).orElse(true);
            if (!whole) {
                throw new IOException("'" + name + "' arrived damaged");
            }
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(part);
            throw e;
        }
        try {
            if (executable) {
                allowExecution(part);
            }
            Files.move(part, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    /** What is written to a file. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Writes a file whose size nobody knows yet, whole or not at all. */
    void writeWhole(String name, Content content) {
        refusal(name).ifPresent(why -> {
            throw new Failure(ExitCode.CONFLICT, "'" + name + "' " + why);
        });
        Path path = root.resolve(name);
        Path part = path.resolveSibling("." + path.getFileName() + ".part");
        try {
            try (OutputStream out = fresh(part)) {
                content.writeTo(new OnDisk(out, path));
            } catch (IOException | RuntimeException e) {
                Files.deleteIfExists(part);
                throw e;
            }
            Files.move(part, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    private OutputStream fresh(Path part) {
        try {
            Files.createDirectories(part.getParent());
            Files.deleteIfExists(part);
            return Files.newOutputStream(
                    part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        } catch (FileAlreadyExistsException inTheWay) {
            throw new Failure(ExitCode.CONFLICT, inTheWay.getFile() + " is in the way: remove it", inTheWay);
        } catch (IOException e) {
            throw unwritable(part, e);
        }
    }

    /** Only for whom the file may be read by anyway: the user's mask decides. */
    private static void allowExecution(Path file) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(Files.getPosixFilePermissions(file));
        if (permissions.contains(PosixFilePermission.OWNER_READ)) {
            permissions.add(PosixFilePermission.OWNER_EXECUTE);
        }
        if (permissions.contains(PosixFilePermission.GROUP_READ)) {
            permissions.add(PosixFilePermission.GROUP_EXECUTE);
        }
        if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
            permissions.add(PosixFilePermission.OTHERS_EXECUTE);
        }
        Files.setPosixFilePermissions(file, permissions);
    }

    private record Copied(long bytes, String sha256) {}

    private static Copied copy(InputStream in, OutputStream out) throws IOException {
        MessageDigest hash;
        try {
            hash = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
        DigestInputStream digest = new DigestInputStream(in, hash);
        byte[] chunk = new byte[CHUNK_BYTES];
        long bytes = 0;
        int read;
        while ((read = digest.read(chunk)) >= 0) {
            out.write(chunk, 0, read);
            bytes += read;
        }
        return new Copied(bytes, HexFormat.of().formatHex(hash.digest()));
    }

    static Failure unwritable(Path path, IOException e) {
        return new Failure(ExitCode.USAGE, "cannot write " + path + ": " + Json.reason(e), e);
    }

    /** Tells trouble with the disk from trouble with the network: only the latter is worth another try. */
    private static final class OnDisk extends OutputStream {
        private final OutputStream out;
        private final Path path;

        OnDisk(OutputStream out, Path path) {
            this.out = out;
            this.path = path;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw unwritable(path, e);
            }
        }
    }
}
