package dev.bramble.board;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Remembers what it was told. Any thread. */
public final class SimWatcher implements Watcher {
    private final Duration patience;
    private final List<String> told = new ArrayList<>();

    public SimWatcher(Duration patience) {
        this.patience = patience;
    }

    /** All of it, in order: ready, alive, stopping, or a status. */
    public synchronized List<String> told() {
        return List.copyOf(told);
    }

    private synchronized void tell(String word) {
        told.add(word);
    }

    @Override
    public Optional<Duration> patience() {
        return Optional.of(patience);
    }

    @Override
    public boolean isThere() {
        return true;
    }

    @Override
    public void ready() {
        tell("ready");
    }

    @Override
    public void alive() {
        tell("alive");
    }

    @Override
    public void status(String sentence) {
        tell(sentence);
    }

    @Override
    public void stopping() {
        tell("stopping");
    }
}
