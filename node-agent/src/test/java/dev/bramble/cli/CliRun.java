package dev.bramble.cli;

import dev.bramble.cli.connect.Endpoint;
import dev.bramble.cli.connect.Profiles;
import dev.bramble.cli.console.Pace;
import dev.bramble.cli.console.Screen;
import dev.bramble.cli.console.Terminal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Runs the program as a user would, with a home of its own, and catches what it prints. Pauses pass at once. */
public final class CliRun {
    private final Path home;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong(1_000_000_000L);
    private final List<String> answers = new ArrayList<>();
    private final List<List<String>> launched = new ArrayList<>();
    private boolean onTerminal;
    private byte[] stdin = new byte[0];
    private Runnable atPause = () -> {};
    private int code = -1;

    public CliRun(Path home) {
        this.home = home;
        environment.put("HOME", home.toString());
    }

    /** With these heads as the profile in use. */
    public static CliRun with(Path home, StubHead... heads) {
        CliRun run = new CliRun(home);
        List<Endpoint.Head> all = new ArrayList<>();
        for (StubHead head : heads) {
            all.add(new Endpoint.Head(URI.create(head.url()), Optional.ofNullable(head.pin())));
        }
        run.profiles().save("test", new Endpoint(all, "test-token", ""));
        run.profiles().use("test");
        return run;
    }

    public Profiles profiles() {
        return Profiles.ofUser(environment);
    }

    public CliRun variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** Both streams are a terminal of 80 columns with colours, on which these answers are given. */
    public CliRun onTerminal(String... given) {
        onTerminal = true;
        answers.addAll(List.of(given));
        return this;
    }

    public CliRun stdin(String text) {
        stdin = text.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** Done whenever the program pauses. */
    public CliRun atPause(Runnable action) {
        atPause = action;
        return this;
    }

    public CliRun run(String... arguments) {
        out.reset();
        err.reset();
        code = Main.run(surroundings(), arguments);
        return this;
    }

    Surroundings surroundings() {
        Optional<Terminal.Asker> asker = onTerminal ? Optional.of(new Answers()) : Optional.empty();
        return new Surroundings(
                new Terminal(screen(out), screen(err), asker),
                new ByteArrayInputStream(stdin),
                environment,
                profiles(),
                new Pace() {
                    @Override
                    public long nanos() {
                        return nanos.get();
                    }

                    @Override
                    public void pause(Duration duration) {
                        nanos.addAndGet(duration.toNanos());
                        atPause.run();
                    }
                },
                home,
                (part, arguments) -> {
                    List<String> all = new ArrayList<>(arguments);
                    all.addFirst(part.name());
                    launched.add(all);
                    return 7;
                },
                true);
    }

    private Screen screen(ByteArrayOutputStream bytes) {
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        return onTerminal ? new Screen(stream, true, true, () -> 80) : Screen.plain(stream);
    }

    public int code() {
        return code;
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public byte[] outBytes() {
        return out.toByteArray();
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    public List<List<String>> launched() {
        return launched;
    }

    private final class Answers implements Terminal.Asker {
        @Override
        public Optional<String> ask(String question) {
            out.writeBytes((question + "\n").getBytes(StandardCharsets.UTF_8));
            return answers.isEmpty() ? Optional.empty() : Optional.of(answers.removeFirst());
        }

        @Override
        public Optional<String> askSecret(String question) {
            return ask(question);
        }
    }
}
