package dev.bramble.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A machine and a clone on it for the launcher: a PATH of its own with the real tools that the script needs, and with
 * stand-ins for Maven, Java and apt that write down how they were called.
 */
final class PretendMachine {
    private static final Path REAL_LAUNCHER = Path.of("..", "bramble");
    private static final List<String> REAL_TOOLS = List.of(
            ("bash cat cp dirname env find flock mkdir mktemp mv perl readlink rm sed setpriv sleep sort tail touch"
                            + " unshare")
                    .split(" "));

    private static final String MAVEN = """
            if [[ " $* " == *" -v "* ]]; then echo "Apache Maven 3.8.7"; exit; fi
            note mvn "JAVA_HOME=$JAVA_HOME $*"
            while [[ -e $machine/hold-maven ]]; do sleep 0.02; done
            if [[ -e $machine/break-maven ]]; then echo "cannot compile A.java"; exit 1; fi
            mkdir -p "$machine/clone/dashboard/target/lib"
            touch "$machine/clone/dashboard/target/lib/library.jar" "$machine/clone/dashboard/target/dashboard-1.jar"
            """;

    private static final String JAVA = """
            if [[ " $* " == *" dev.bramble.cli.Rehearsal "* ]]; then
              note rehearsal "$*"
              echo "a rehearsal prints much"
              [[ ! -e $machine/break-rehearsal ]] || exit "$(<"$machine/break-rehearsal")"
              touch "$machine/clone/target/app/command.aot"
              exit
            fi
            echo "in $PWD"
            printf '[%s]\\n' "$@"
            """;

    private final Path root;
    private final Path bin;
    final Path clone;
    private final Map<String, String> environment = new HashMap<>();

    PretendMachine(Path root) {
        this.root = root;
        this.bin = root.resolve("bin");
        this.clone = root.resolve("clone");
        for (String tool : REAL_TOOLS) {
            script(bin.resolve(tool), "exec " + onPath(tool) + " \"$@\"");
        }
        script(bin.resolve("id"), "[[ $1 == -u ]] && echo 1000 || echo pi");
        script(bin.resolve("apt-get"), "note apt-get \"$*\"");
        script(bin.resolve("sudo"), "[[ $1 != -n ]] || shift; note sudo \"$*\"; \"$@\"");
        script(bin.resolve("apt-cache"), "cat \"$machine/candidates/$2\"");
        script(bin.resolve("mvn"), MAVEN);
        offers("maven", "3.8.7-1");
        offers("openjdk-25-jdk-headless", "25.0.1-1");
        jdk(root.resolve("jvms/jdk-25"), "25.0.1");

        for (String source : List.of(
                "pom.xml",
                "node-agent/pom.xml",
                "dashboard/pom.xml",
                "dashboard/src/main/B.java",
                "hardware/parts.csv",
                "node-agent/src/main/jvm/second-compiler.json")) {
            write(clone.resolve(source), "");
        }
        write(source(), "");
        write(
                clone.resolve("bramble"),
                read(REAL_LAUNCHER).replace("/usr/lib/jvm", root.resolve("jvms").toString()));
        executable(clone.resolve("bramble"));
    }

    Path source() {
        return clone.resolve("node-agent/src/main/A.java");
    }

    Path jvms() {
        return root.resolve("jvms");
    }

    void jdk(Path home, String version) {
        script(home.resolve("bin/java"), JAVA);
        script(home.resolve("bin/javac"), "");
        write(home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    }

    /** Debian's package lists hold the package in this version, or in none. */
    void offers(String debianPackage, String version) {
        write(root.resolve("candidates").resolve(debianPackage), debianPackage + ":\n  Candidate: " + version + "\n");
    }

    /** What {@code apt-get} does from now on, beside being noted. */
    void whenAptGetRuns(String commands) {
        script(bin.resolve("apt-get"), "note apt-get \"$*\"\n" + commands);
    }

    void remove(String path) {
        try (Stream<Path> files = Files.walk(root.resolve(path))) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The Maven stand-in waits from now on, until {@code remove("hold-maven")}. */
    void holdMaven() {
        write(root.resolve("hold-maven"), "");
    }

    void breakMaven() {
        write(root.resolve("break-maven"), "");
    }

    /** Rehearsals end with this exit code from now on, and leave nothing. */
    void breakRehearsal(int exitCode) {
        write(root.resolve("break-rehearsal"), Integer.toString(exitCode));
    }

    void set(String variable, String value) {
        environment.put(variable, value);
    }

    /** The calls of the stand-ins so far, one a line: tool, then its arguments. */
    List<String> calls() {
        Path calls = root.resolve("calls");
        return Files.exists(calls) ? read(calls).lines().toList() : List.of();
    }

    List<String> calls(String tool) {
        return calls().stream().filter(call -> call.startsWith(tool + " ")).toList();
    }

    /** How a run of the launcher ended. */
    record Ended(int exitCode, String out, String err) {}

    Ended bramble(String... arguments) throws InterruptedException {
        return end(start("first", root, clone.resolve("bramble"), arguments));
    }

    /** A launcher that runs, with what it has said so far. */
    record Running(Process process, Path out, Path err) {}

    Running start(String name, Path folder, Path launcher, String... arguments) {
        Path out = root.resolve(name + ".out");
        Path err = root.resolve(name + ".err");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments))
                        .toList())
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", bin.toString());
        builder.environment().put("HOME", root.toString());
        builder.environment().putAll(environment);
        try {
            return new Running(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Ended end(Running running) throws InterruptedException {
        return new Ended(running.process().waitFor(), read(running.out()), read(running.err()));
    }

    Path linkToLauncher() {
        try {
            return Files.createSymbolicLink(root.resolve("link"), clone.resolve("bramble"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void script(Path file, String commands) {
        write(
                file,
                "#!" + onPath("bash") + "\nmachine='" + root + "'\n" + "note() { echo \"$*\" >>\"$machine/calls\"; }\n"
                        + commands + "\n");
        executable(file);
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void executable(Path file) {
        if (!file.toFile().setExecutable(true)) {
            throw new IllegalStateException("cannot make executable: " + file);
        }
    }

    private static Path onPath(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this test needs " + tool + " on the PATH"));
    }
}
