package dev.bramble.worker.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.bramble.model.AttemptId;
import dev.bramble.worker.Workers.Ended;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.Printed;
import dev.bramble.worker.Workers.Watcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/** One attempt of a test, and what was told of it. */
final class Trial implements Watcher {
    final AttemptId attempt;
    final List<String> told = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Long> started = new CompletableFuture<>();
    private final CompletableFuture<Ended> ended = new CompletableFuture<>();

    Trial(AttemptId attempt) {
        this.attempt = attempt;
    }

    @Override
    public void started(long pid) {
        told.add("started");
        started.complete(pid);
    }

    @Override
    public void ended(Ended end) {
        told.add("ended");
        ended.complete(end);
    }

    long pid() {
        return Bed.get(started);
    }

    Ended end() {
        return Bed.get(ended);
    }

    boolean hasEnded() {
        return ended.isDone();
    }

    Exit exit() {
        return end().exit();
    }

    /** The sentence of an attempt that was not started. */
    String sentence() {
        return exit() instanceof Exit.NotStarted(String sentence) ? sentence : "it was started: " + exit();
    }

    String out() {
        return new String(bytes(end().stdout()), UTF_8);
    }

    String err() {
        return new String(bytes(end().stderr()), UTF_8);
    }

    byte[] outBytes() {
        return bytes(end().stdout());
    }

    private static byte[] bytes(Printed printed) {
        try {
            return switch (printed) {
                case Printed.InMemory(byte[] bytes) -> bytes;
                case Printed.InFile file -> Files.readAllBytes(file.file());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
