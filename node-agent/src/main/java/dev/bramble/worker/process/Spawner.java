package dev.bramble.worker.process;

import dev.bramble.worker.Workers.Level;
import dev.bramble.worker.process.SpawnerReply.Hello;
import dev.bramble.worker.process.SpawnerReply.Ready;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The running spawner, from this side of its pipes: one thread writes orders, one reads replies. Any thread may call.
 *
 * <p>Its death is told to the {@link Listener} once, after its last reply.
 */
final class Spawner {
    /** Perl and one process at each level take some 50 ms, ten times that on a busy Pi; then something is wrong. */
    private static final Duration START_MAX = Duration.ofSeconds(30);
    /** It kills without grace and waits 10 s at most; see {@code SHUTDOWN_MILLIS_MAX} there. */
    private static final Duration CLOSE_MAX = Duration.ofSeconds(15);
    /** Four orders for each of a thousand attempts; when so many wait, the spawner does not read any more. */
    private static final int ORDERS_MAX = 4096;
    /** Of the spawner's own complaints, shown when it dies. */
    private static final int COMPLAINT_BYTES_MAX = 300;

    private static final List<String> SCRIPTS = List.of(
            "spawner.pl", "system.pl", "loop.pl", "cgroups.pl", "cage.pl", "looks.pl", "keeper.pl", "collector.pl");
    /** To find perl, and for systemd-run to find the user's manager. Nothing that steers Perl, no secret. */
    private static final Set<String> KEPT_VARIABLES =
            Set.of("PATH", "HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS");

    private static final byte[] LAST_ORDER = {};

    /** Told on the reading thread. */
    interface Listener {
        void heard(Spawner from, SpawnerReply reply);

        /** Nothing more will be heard. */
        void gone(Spawner from, String sentence);
    }

    private final Process process;
    private final Path complaints;
    private final Listener listener;
    private final BlockingQueue<byte[]> orders = new ArrayBlockingQueue<>(ORDERS_MAX);
    private final CompletableFuture<Hello> hello = new CompletableFuture<>();
    private final CompletableFuture<Ready> ready = new CompletableFuture<>();
    private volatile String goneSentence;
    private final Thread reader =
            Thread.ofPlatform().daemon().name("spawner-replies").unstarted(this::readReplies);
    private final Thread writer =
            Thread.ofPlatform().daemon().name("spawner-orders").unstarted(this::writeOrders);

    private Spawner(Process process, Path complaints, Listener listener) {
        this.process = process;
        this.complaints = complaints;
        this.listener = listener;
    }

    /** Starts the program from {@code folder}, where {@link #unpack} has put it, and waits for its first word. */
    static Spawner start(List<String> launcher, Path folder, Listener listener) throws IOException {
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of("perl", folder.resolve(SCRIPTS.getFirst()).toString()));
        Path complaints = folder.resolve("stderr");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(complaints.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(KEPT_VARIABLES);
        environment.putIfAbsent("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        // Errors in the language of our sentences.
        environment.put("LC_ALL", "C");
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new IOException("the spawner needs perl, which Debian always has: " + e.getMessage(), e);
        }
        Spawner spawner = new Spawner(process, complaints, listener);
        spawner.reader.start();
        spawner.writer.start();
        spawner.await(spawner.hello);
        return spawner;
    }

    /** Writes the program's files into {@code folder}, which exists. */
    static void unpack(Path folder) throws IOException {
        for (String name : SCRIPTS) {
            try (InputStream script = Spawner.class.getResourceAsStream(name)) {
                Files.write(folder.resolve(name), script.readAllBytes());
            }
        }
    }

    /** The user that it runs as. */
    Hello hello() {
        return hello.join();
    }

    /** Tries {@code levels} in turn, in the folder {@code attempts/probe}, which exists. */
    Ready configure(ProcessSettings settings, List<Level> levels) throws IOException {
        Frame frame = Frame.of(
                "configure",
                levels.stream().map(Level::name).collect(Collectors.joining(",")),
                settings.uidBase(),
                settings.folder(),
                settings.cgroupRoot().map(Path::toString).orElse(""));
        settings.hidden().forEach(frame::with);
        send(frame);
        return await(ready);
    }

    void send(Frame frame) {
        byte[] bytes = frame.encode();
        if (bytes.length > Frame.BYTES_MAX) {
            throw new IllegalArgumentException("a frame of " + bytes.length + " bytes for the spawner");
        }
        if (!orders.offer(bytes)) {
            process.destroyForcibly();
        }
    }

    /** Ends every process of every attempt and waits until the spawner has told so. */
    void close() {
        if (!orders.offer(LAST_ORDER)) {
            process.destroyForcibly();
        }
        try {
            reader.join(CLOSE_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    /** How it ended, once it has. */
    Optional<String> goneSentence() {
        return Optional.ofNullable(goneSentence);
    }

    long pid() {
        return process.pid();
    }

    private <T> T await(CompletableFuture<T> answer) throws IOException {
        try {
            return answer.get(START_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e);
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new IOException("the spawner did not answer for " + START_MAX.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException("interrupted while the spawner started", e);
        }
    }

    private void writeOrders() {
        try (OutputStream out = process.getOutputStream()) {
            for (byte[] order = orders.take(); order != LAST_ORDER; order = orders.take()) {
                out.write(order);
                out.flush();
            }
        } catch (IOException broken) {
            // The reader sees the end, too, and tells it.
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void readReplies() {
        String failure = "";
        try (DataInputStream in = new DataInputStream(process.getInputStream())) {
            for (Optional<Frame> frame = Frame.read(in); frame.isPresent(); frame = Frame.read(in)) {
                hear(SpawnerReply.of(frame.get()));
            }
        } catch (IOException | RuntimeException e) {
            failure = ": " + e.getMessage();
        }
        process.destroyForcibly();
        writer.interrupt();
        String sentence = "the spawner, which runs tasks for the agent, ended" + how() + failure;
        IOException gone = new IOException(sentence);
        hello.completeExceptionally(gone);
        ready.completeExceptionally(gone);
        goneSentence = sentence;
        listener.gone(this, sentence);
    }

    private void hear(SpawnerReply reply) {
        switch (reply) {
            case Hello said -> hello.complete(said);
            case Ready said -> ready.complete(said);
            case SpawnerReply.Started said -> listener.heard(this, said);
            case SpawnerReply.Ended said -> listener.heard(this, said);
            case SpawnerReply.Refused said -> listener.heard(this, said);
            case SpawnerReply.Collected said -> listener.heard(this, said);
            case SpawnerReply.Other _ -> {}
        }
    }

    private String how() {
        try {
            int code = process.waitFor();
            byte[] said = Files.readAllBytes(complaints);
            String complaint = new String(Arrays.copyOf(said, Math.min(said.length, COMPLAINT_BYTES_MAX))).strip();
            return " (exit code " + code + ")" + (complaint.isEmpty() ? "" : ": " + complaint);
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
