package dev.bramble.cli;

import dev.bramble.cli.connect.Profiles;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.local.LocalBramble;
import dev.bramble.cli.local.LocalOptions;
import dev.bramble.cli.local.StartCache;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs a small bramble and asks it what users ask, and lets Java write down what these starts are made of: {@code java
 * … dev.bramble.cli.Rehearsal CACHES SCRATCH}. The launcher does this after a build, with the flags of its commands.
 * Ends with 0 when each part has its cache, 1 when not: then that part starts as it did before.
 */
final class Rehearsal {
    /** Third argument of the process that plays; the first one only waits for it, and makes the caches. */
    private static final String PLAY = "play";
    /** Some seconds where Java is fast; whoever needs longer waits less without. */
    private static final Duration PLAY_MAX = Duration.ofSeconds(60);

    private static final Duration MAKE_MAX = Duration.ofSeconds(60);
    /** One that founds, and one that joins it and stays a worker. */
    private static final int NODES = 2;

    private static final int VOTERS = 1;

    private static final List<List<String>> QUESTIONS = List.of(
            List.of("submit", "--count", "2", "--wait", "--", "echo", "{index}"),
            List.of("jobs"),
            List.of("job", "1"),
            List.of("tasks", "1"),
            List.of("logs", "1", "0"),
            List.of("results", "1", "-o", "results"),
            List.of("nodes"),
            List.of("node", "node1"),
            List.of("voters"),
            List.of("status"),
            List.of("jobs", "--json"),
            List.of("local", "--help"),
            List.of("demo", "--help"),
            List.of("--help"));

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path caches = Path.of(arguments[0]).toAbsolutePath();
        if (arguments.length > 2 && arguments[2].equals(PLAY)) {
            play(caches, Path.of("bramble"));
            System.exit(0);
        }
        // Before anything else is loaded that is in no command.
        List<String> flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
        awaitPlay(flags, caches, Path.of(arguments[1]).toAbsolutePath());
        System.exit(StartCache.makeAll(caches, flags, MAKE_MAX) ? 0 : 1);
    }

    private static void awaitPlay(List<String> flags, Path caches, Path scratch)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(new StartCache(caches, StartCache.Part.COMMAND).record());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Rehearsal.class.getName()));
        command.addAll(List.of(caches.toString(), scratch.toString(), PLAY));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(scratch.toFile()).inheritIO();
        // The user's own profiles are not for play.
        builder.environment().put("XDG_CONFIG_HOME", scratch.resolve("config").toString());
        List.of("BRAMBLE_URL", "BRAMBLE_TOKEN", "BRAMBLE_PIN").forEach(builder.environment()::remove);
        Process playing = builder.start();
        try {
            playing.waitFor(PLAY_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            // Its children end when it does.
            playing.destroyForcibly().waitFor();
        }
    }

    private static void play(Path caches, Path folder) throws IOException {
        Surroundings around = Surroundings.ofProcess();
        LocalOptions options = new LocalOptions(
                Optional.of(folder.toAbsolutePath()),
                Optional.of(NODES),
                Optional.empty(),
                Optional.of(VOTERS),
                Optional.of(freePort()),
                Optional.empty(),
                LocalOptions.Program.recording(MainClassLauncher.AGENT_MAIN, MainClassLauncher.HEAD_MAIN, caches));
        try (LocalBramble bramble = LocalBramble.prepare(options, System.err::println, Pace.REAL)) {
            bramble.start(step -> {});
            around.profiles().save(Profiles.LOCAL, bramble.endpoint());
            for (List<String> question : QUESTIONS) {
                Main.run(around, question.toArray(String[]::new));
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
