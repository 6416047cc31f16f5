package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link VoterMain} in a JVM of its own, which can be killed. */
final class VoterProcess implements AutoCloseable {
    final String node;
    private final Path root;
    private final int port;
    private final List<String> before;
    private Process process;
    private Writer in;

    /** Answers to commands; what the load says goes elsewhere. */
    private BlockingQueue<String> answers;

    /** Lines whose append was acknowledged, over all lives of this voter. */
    final List<String> acknowledged;

    /** @param before words to put before the java command, to run it in a narrower place */
    VoterProcess(Path root, String node, Authority authority, String... before) {
        this.root = root;
        this.node = node;
        this.port = Voter.freePort();
        this.before = List.of(before);
        this.acknowledged = new CopyOnWriteArrayList<>();
        try {
            authority.writeNode(node, root.resolve("tls-" + node));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same voter in its next life, with nothing around it. */
    VoterProcess(VoterProcess earlier) {
        this.root = earlier.root;
        this.node = earlier.node;
        this.port = earlier.port;
        this.before = List.of();
        this.acknowledged = earlier.acknowledged;
    }

    /** Starts without waiting. */
    VoterProcess start(String mode) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(RatisLedger.JVM_FLAGS);
        command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), VoterMain.class.getName()));
        command.addAll(List.of(root.toString(), node, Integer.toString(port), mode));
        try {
            File log = root.resolve(node + ".log").toFile();
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.appendTo(log))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        in = process.outputWriter(StandardCharsets.UTF_8);
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        answers = queue;
        Process current = process;
        Thread.ofPlatform().daemon().name("out-" + node).start(() -> readOutput(current, queue));
        return this;
    }

    private void readOutput(Process from, BlockingQueue<String> queue) {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(from.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line; (line = out.readLine()) != null; ) {
                if (line.startsWith("acked ")) {
                    acknowledged.add(line.substring("acked ".length()));
                } else if (!line.startsWith("stopped ")) {
                    queue.add(line);
                }
            }
        } catch (IOException killed) {
            // What was complete was read.
        }
    }

    VoterProcess awaitUp() {
        assertThat(answer()).as(node).isEqualTo("up");
        return this;
    }

    private String answer() {
        try {
            String answer = answers.poll(Voter.LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(answer).as("%s says nothing; its log: %s", node, log()).isNotNull();
            return answer;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String log() {
        try {
            return Files.readString(root.resolve(node + ".log"));
        } catch (IOException e) {
            return "none";
        }
    }

    String ask(String command) {
        try {
            in.write(command + "\n");
            in.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(node + " does not listen: " + log(), e);
        }
        return answer();
    }

    boolean leads() {
        return process.isAlive() && ask("status").contains("leading=true");
    }

    List<String> lines() {
        Path file = root.resolve(node + ".lines");
        assertThat(ask("lines " + file)).isEqualTo("ok");
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** kill -9. */
    void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
    }

    static VoterProcess leader(VoterProcess... voters) {
        Voter.await("a leader", () -> Arrays.stream(voters).anyMatch(VoterProcess::leads));
        return Arrays.stream(voters).filter(VoterProcess::leads).findFirst().orElseThrow();
    }
}
