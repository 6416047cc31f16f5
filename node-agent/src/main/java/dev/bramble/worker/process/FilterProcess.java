package dev.bramble.worker.process;

import dev.bramble.model.AttemptId;
import dev.bramble.time.EventLoop;
import dev.bramble.worker.Filters;
import dev.bramble.worker.Filters.Program;
import dev.bramble.worker.Workers;
import dev.bramble.worker.filter.Flight;
import dev.bramble.worker.filter.Flight.Verdict;
import dev.bramble.worker.filter.PassEnd;
import dev.bramble.worker.filter.Window;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * One process of a filter and the two threads that speak with it: one writes lines, one reads answers. What the pass
 * decides is decided under this object's lock; what concerns the batch is posted to the loop.
 */
final class FilterProcess {
    private static final int CHUNK_BYTES = 64 * 1024;
    /** A line too many comes right behind the one before it, or at the program's own speed. */
    private static final Duration LINGER_MAX = Duration.ofMillis(20);
    /** What a program between two prints takes at least, with some other task on its core. */
    private static final Duration LINGER_LEAST = Duration.ofNanos(300_000);
    /** Of a batch's time, one part in so many is spent waiting for lines too many. */
    private static final int LINGER_PART = 64;

    /** Told on the loop. */
    interface Listener {
        /** Both channels are open. */
        void connected(FilterProcess process);

        /** {@code talk.end} is set; the process lives. */
        void over(FilterProcess process, Talk talk);

        /** It will print nothing any more. */
        void silent(FilterProcess process);
    }

    final AttemptId id;
    final Program program;
    final Window window = new Window();

    // The loop's.
    Optional<Workers.Ended> ended = Optional.empty();
    boolean isConnecting;
    boolean isConnected;
    boolean isSilent;
    boolean isStopped;
    /** That it was begun with. */
    int passes;

    long idleSinceNanos;

    private final EventLoop loop;
    private final Listener listener;
    private AttemptFolder folder;

    // Guarded by this.
    private Talk talk;
    private boolean isClosing;
    private boolean isSpoiled;

    private volatile FileChannel stdin;
    private volatile FileInputStream stdout;

    FilterProcess(AttemptId id, Program program, EventLoop loop, Listener listener) {
        this.id = id;
        this.program = program;
        this.loop = loop;
        this.listener = listener;
    }

    /** The process runs: opens its channels, on a thread of its own. */
    void connect(AttemptFolder folder) {
        this.folder = folder;
        isConnecting = true;
        thread("filter-answers", this::readAnswers).start();
    }

    /** The last that it printed to stderr, once it has ended. */
    byte[] stderr() {
        return switch (ended.orElseThrow().stderr()) {
            case Workers.Printed.InMemory(byte[] bytes) -> bytes;
            case Workers.Printed.InFile _ -> new byte[0];
        };
    }

    private Thread thread(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).unstarted(work);
    }

    /** Begins a pass. False when the process has printed something while it owed nothing. */
    synchronized boolean begin(Talk next) {
        if (isSpoiled) {
            return false;
        }
        talk = next;
        passes++;
        notifyAll();
        return true;
    }

    /** Ends the pass for both threads, for a reason that was found by looking at the time. */
    synchronized void end(Talk which, PassEnd end) {
        if (talk == which && !which.isOver()) {
            which.end = Optional.of(end);
            notifyAll();
        }
    }

    synchronized Flight.Alarm alarm(Talk which) {
        return talk == which && !which.isOver() ? which.flight.alarm(loop.nanos()) : Flight.Alarm.NONE;
    }

    /** The program reads the end of its input. */
    void closeStdin() {
        synchronized (this) {
            isClosing = true;
            if (talk != null) {
                talk.flight.closed(loop.nanos());
            }
            notifyAll();
        }
        shut();
    }

    private void shut() {
        FileChannel channel = stdin;
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException gone) {
                // Then nobody reads there.
            }
        }
    }

    // -------------------------------------------------------------------------------------------------------- writing

    private void writeLines() {
        try {
            byte[] chunk = new byte[LineFeeder.CHUNK_BYTES];
            for (Talk next = awaitTalk(); next != null; next = awaitTalk()) {
                feed(next, chunk);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            shut();
        }
    }

    private synchronized Talk awaitTalk() throws InterruptedException {
        while (!isClosing && (talk == null || talk.isTaken)) {
            wait();
        }
        if (isClosing) {
            return null;
        }
        talk.isTaken = true;
        return talk;
    }

    private void feed(Talk to, byte[] chunk) throws InterruptedException {
        var plan = to.flight.plan();
        try (InputStream lines = to.order.lines().open(plan.from())) {
            new LineFeeder(plan, to.order.framing(), to.order.firstTask(), sink(to), chunk).feed(lines);
        } catch (IOException e) {
            over(to, new PassEnd.Halted("the lines of the batch cannot be read on this node: " + Run.reason(e)));
            return;
        }
        if (plan.closesStdin()) {
            closeStdin();
        }
    }

    private LineFeeder.Sink sink(Talk to) {
        return new LineFeeder.Sink() {
            @Override
            public int awaitRoom() throws InterruptedException {
                return FilterProcess.this.awaitRoom(to);
            }

            @Override
            public boolean takes(int line) {
                return to.flight.takes(line);
            }

            @Override
            public boolean give(byte[] bytes, int offset, int length, int lines, int end) {
                return FilterProcess.this.give(to, ByteBuffer.wrap(bytes, offset, length), lines, end);
            }
        };
    }

    private synchronized int awaitRoom(Talk to) throws InterruptedException {
        while (true) {
            if (isClosing || to.isOver()) {
                return 0;
            }
            int room = to.flight.room();
            if (room > 0 || to.flight.isOffered()) {
                return room;
            }
            wait();
        }
    }

    private boolean give(Talk to, ByteBuffer bytes, int lines, int end) {
        synchronized (this) {
            if (isClosing || to.isOver()) {
                return false;
            }
            long now = loop.nanos();
            to.firstNanos = to.firstNanos == 0 ? now : to.firstNanos;
            to.flight.offer(lines, end, now);
        }
        try {
            while (bytes.hasRemaining()) {
                stdin.write(bytes);
            }
        } catch (IOException gone) {
            // It does not read any more. What it has printed until then, and how it ends, is still to be heard.
            return false;
        } finally {
            synchronized (this) {
                to.flight.wrote(loop.nanos());
            }
        }
        return true;
    }

    // -------------------------------------------------------------------------------------------------------- reading

    private void readAnswers() {
        try {
            open();
            loop.execute(() -> listener.connected(this));
            Thread writer = thread("filter-lines", this::writeLines);
            writer.start();
            byte[] chunk = new byte[CHUNK_BYTES];
            ByteBuffer buffer = ByteBuffer.wrap(chunk);
            FileChannel channel = stdout.getChannel();
            for (int count = channel.read(buffer); count >= 0; count = channel.read(buffer)) {
                hear(chunk, count);
                buffer.clear();
            }
        } catch (IOException e) {
            Talk broken = current();
            if (broken != null) {
                over(broken, new PassEnd.Halted("the answers cannot be read on this node: " + Run.reason(e)));
            }
        } finally {
            closeAll();
            loop.execute(() -> listener.silent(this));
        }
    }

    /** Neither open waits, whoever has gone in the meantime: each channel is opened as both of its ends first. */
    private void open() throws IOException {
        try (FileChannel _ = FileChannel.open(folder.channelIn(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            stdin = FileChannel.open(folder.channelIn(), StandardOpenOption.WRITE);
        }
        try (FileChannel _ = FileChannel.open(folder.channelOut(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            stdout = new FileInputStream(folder.channelOut().toFile());
        }
    }

    private void closeAll() {
        synchronized (this) {
            isClosing = true;
            notifyAll();
        }
        shut();
        try {
            if (stdout != null) {
                stdout.close();
            }
        } catch (IOException gone) {
            // Nothing is read there any more.
        }
    }

    private synchronized Talk current() {
        return talk;
    }

    private void hear(byte[] chunk, int count) throws IOException {
        Talk from;
        synchronized (this) {
            from = talk;
            if (from == null || from.isOver()) {
                isSpoiled = true;
                return;
            }
        }
        try {
            // Before they count: an answer that cannot be kept is none.
            from.spool.append(chunk, count);
        } catch (IOException e) {
            over(from, new PassEnd.Halted("the answers cannot be kept on this node: " + Run.reason(e)));
            return;
        }
        Verdict verdict;
        boolean isProving;
        synchronized (this) {
            if (talk != from || from.isOver()) {
                isSpoiled = true;
                return;
            }
            from.lastNanos = loop.nanos();
            isProving = from.flight.isProving();
            verdict = from.flight.hear(chunk, count, from.lastNanos);
            if (verdict == Verdict.FINE && !isProving && from.flight.room() > 0) {
                notifyAll();
            }
        }
        switch (verdict) {
            case FINE -> goOn(from, isProving);
            case TOO_LONG -> over(from, new PassEnd.TooLong());
            case BROKEN -> over(from, new PassEnd.Broke(from.flight.fault()));
        }
    }

    private void goOn(Talk from, boolean isProving) throws IOException {
        boolean isAnswered;
        boolean hasAny;
        synchronized (this) {
            isAnswered = from.flight.isAnswered() && !from.flight.plan().closesStdin() && !isClosing;
            hasAny = from.flight.answered() > 0;
        }
        if (isProving && hasAny) {
            if (!isQuiet(LINGER_MAX.toNanos())) {
                return;
            }
            synchronized (this) {
                from.flight.proved(loop.nanos());
                notifyAll();
            }
        }
        if (isAnswered) {
            if (isProving
                    || isQuiet(Math.clamp(from.nanos() / LINGER_PART, LINGER_LEAST.toNanos(), LINGER_MAX.toNanos()))) {
                over(from, new PassEnd.Answered());
            }
        } else if (from.spool.sizeBytes() > Filters.ANSWER_BYTES_MAX) {
            over(
                    from,
                    new PassEnd.Halted("the answers of the batch are more than " + Filters.ANSWER_BYTES_MAX
                            + " bytes: the rest of its lines come in another batch"));
        }
    }

    /** Waits a moment; whether nothing has come until then. */
    private boolean isQuiet(long nanos) throws IOException {
        if (stdout.available() == 0) {
            LockSupport.parkNanos(nanos);
        }
        return stdout.available() == 0;
    }

    private void over(Talk which, PassEnd end) {
        synchronized (this) {
            if (which.isOver()) {
                return;
            }
            which.end = Optional.of(end);
            notifyAll();
        }
        loop.execute(() -> listener.over(this, which));
    }

    /** After its pass: what is printed from now on is printed while nothing is owed. */
    synchronized void rest() {
        talk = null;
    }
}
