package dev.bramble.cli.connect;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Profiles on the user's disk: one file each, since each holds a token and is written by itself; and the name of the
 * one in use.
 */
public final class Profiles {
    /** The profile that {@code bramble local} writes. */
    public static final String LOCAL = "local";

    private static final Set<PosixFilePermission> OTHERS = PosixFilePermissions.fromString("---rwxrwx");
    private static final String CURRENT = "current";

    private final Path folder;

    /** @param folder need not exist yet */
    public Profiles(Path folder) {
        this.folder = folder;
    }

    /** Where the XDG base directory specification wants it. */
    public static Profiles ofUser(Map<String, String> environment) {
        String configured = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path base = configured.startsWith("/")
                ? Path.of(configured)
                : Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")), ".config");
        return new Profiles(base.resolve("bramble"));
    }

    /** Names in order. */
    public List<String> names() {
        if (!Files.isDirectory(profileFolder())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(profileFolder())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unusable("read", profileFolder(), e);
        }
    }

    /** The name of the profile in use; empty when none was chosen. */
    public Optional<String> current() {
        try {
            return Optional.of(Files.readString(folder.resolve(CURRENT)).strip())
                    .filter(name -> !name.isEmpty());
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException e) {
            throw unusable("read", folder.resolve(CURRENT), e);
        }
    }

    public void use(String name) {
        require(name);
        write(folder.resolve(CURRENT), name + "\n");
    }

    public Optional<Endpoint> find(String name) {
        Path file = file(name);
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(OTHERS::contains)) {
                throw new Failure(
                        ExitCode.USAGE,
                        file + " holds a token and others on this machine may read it: run  chmod 600 " + file
                                + "  and make a new token if somebody may have");
            }
            return Optional.of(parse(name, Files.readString(file)));
        } catch (IOException e) {
            throw unusable("read", file, e);
        } catch (JacksonException | IllegalArgumentException damaged) {
            throw new Failure(
                    ExitCode.USAGE, file + " is damaged: add the profile again with 'bramble profile add'", damaged);
        }
    }

    public Endpoint require(String name) {
        return find(name)
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "there is no profile '" + name + "'"
                                + (names().isEmpty() ? "" : ", there are " + String.join(", ", names()))
                                + ": add one with 'bramble profile add URL'"));
    }

    private static Endpoint parse(String name, String text) {
        JsonNode json = Json.parse(text);
        List<Endpoint.Head> heads = new ArrayList<>();
        for (JsonNode head : json.path("heads")) {
            Optional<Pin> pin = Optional.of(head.path("pin").asString(""))
                    .filter(p -> !p.isEmpty())
                    .map(Pin::new);
            heads.add(new Endpoint.Head(URI.create(head.path("url").asString()), pin));
        }
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("a profile without heads");
        }
        return Endpoint.ofProfile(name, heads, json.path("token").asString(""));
    }

    /** Writes the profile so that only its user can read it, whole or not at all. */
    public void save(String name, Endpoint endpoint) {
        ObjectNode json = Json.object();
        ArrayNode heads = json.putArray("heads");
        for (Endpoint.Head head : endpoint.heads()) {
            ObjectNode one = heads.addObject().put("url", head.url().toString());
            head.pin().ifPresent(pin -> one.put("pin", pin.sha256()));
        }
        json.put("token", endpoint.token());
        write(file(name), Json.pretty(json) + "\n");
    }

    /** Removes it; it is no longer the one in use either. */
    public boolean remove(String name) {
        try {
            boolean removed = Files.deleteIfExists(file(name));
            if (current().filter(name::equals).isPresent()) {
                Files.deleteIfExists(folder.resolve(CURRENT));
            }
            return removed;
        } catch (IOException e) {
            throw unusable("remove", file(name), e);
        }
    }

    private Path file(String name) {
        if (!name.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")) {
            throw new Failure(
                    ExitCode.USAGE,
                    "'" + name + "' is no name for a profile: use letters, digits, '.', '-' and '_', at most 64");
        }
        return profileFolder().resolve(name + ".json");
    }

    private Path profileFolder() {
        return folder.resolve("profiles");
    }

    private static void write(Path file, String text) {
        Path fresh = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid());
        var folderMode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        var fileMode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try {
            Files.createDirectories(file.getParent(), folderMode);
            Files.deleteIfExists(fresh);
            try (var channel = Files.newByteChannel(
                    fresh, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), fileMode)) {
                channel.write(java.nio.ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw unusable("write", file, e);
        }
    }

    private static Failure unusable(String verb, Path file, IOException e) {
        return new Failure(ExitCode.USAGE, "cannot " + verb + " " + file + ": " + Json.reason(e), e);
    }
}
