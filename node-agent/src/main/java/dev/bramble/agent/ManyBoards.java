package dev.bramble.agent;

import dev.bramble.board.SimBoardPower;
import dev.bramble.cluster.guests.Guesthouse;
import dev.bramble.model.PowerAct;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many simulated boards in one process: each a whole node with its own identity, membership, door, disk and tasks, so
 * that nobody else can tell them from boards with a process each. What they share is the Java that runs them and the
 * first one's connections, which are most of what a node costs on one machine: the others are its guests, and reboot
 * when it does.
 *
 * <p>A board that reboots or powers off does so alone; the process ends as a powered-off one when all are off.
 */
final class ManyBoards implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ManyBoards.class);
    /** Boards that start at once: a start makes keys, enrols and shakes hands with everybody. */
    private static final int STARTING_MAX = 3;
    /** Longer than the pause after which its cluster has given up on the life before. */
    private static final Duration REBOOT_TAKES = Duration.ofSeconds(2);

    private static final Duration FAILED_PAUSE = Duration.ofSeconds(5);
    /** It can never run as it is; somebody may change that. */
    private static final Duration REFUSED_PAUSE = Duration.ofSeconds(60);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** As {@code bramble local} knows it of a node with a process of its own. */
    private static final String POWER_ON = "power-on";

    private final Semaphore starting = new Semaphore(STARTING_MAX);
    private final CompletableFuture<Void> closing = new CompletableFuture<>();
    private final List<Seat> seats = new ArrayList<>();
    /** Of the first board's life now, or of its next. */
    private Lodging lodging = new Lodging(new CompletableFuture<>(), new CompletableFuture<>());

    /**
     * @param house the first board's membership, once it lives
     * @param end of that life
     */
    private record Lodging(CompletableFuture<Guesthouse> house, CompletableFuture<Void> end) {}

    private ManyBoards() {}

    /** Runs until it is told to stop, one board for each configuration. */
    static void run(String[] configFiles) {
        List<Path> files = Arrays.stream(configFiles).map(Path::of).toList();
        // The one argument that a process has stands for all of them.
        MemberProcess.run(new String[] {configFiles[0]}, "", first -> start(files));
    }

    private static ManyBoards start(List<Path> files) throws IOException {
        ManyBoards boards = new ManyBoards();
        boolean stopsAtStdinEnd = false;
        for (Path file : files) {
            MemberConfig config = ConfigFile.read(file);
            if (!config.simulatedBoard() || !config.powerCommand().isEmpty()) {
                throw new RefusedException(
                        Refusal.Kind.INVALID,
                        file + " is for a board of its own: several nodes in one process are for simulated boards,"
                                + " with `board: simulated` and no `power_command`");
            }
            MemberProcess.lock(config.dir());
            stopsAtStdinEnd |= config.stopAtStdinEnd();
            if (!config.guests()) {
                throw new RefusedException(
                        Refusal.Kind.INVALID,
                        file + " does not say `guests: true`: several nodes in one process share a membership");
            }
            boards.seats.add(boards.new Seat(file, config.name(), boards.seats.isEmpty()));
        }
        if (stopsAtStdinEnd) {
            MemberProcess.stopAtStdinEnd();
        }
        boards.seats.forEach(Seat::begin);
        return boards;
    }

    private synchronized Lodging lodging() {
        return lodging;
    }

    private synchronized void hostEnds() {
        Lodging before = lodging;
        lodging = new Lodging(new CompletableFuture<>(), new CompletableFuture<>());
        before.end().complete(null);
    }

    private void exitWhenAllOff() {
        if (seats.stream().allMatch(seat -> seat.isOff)) {
            MemberProcess.exit(MemberProcess.EXIT_POWEROFF, "all simulated boards of this process are off");
        }
    }

    /** Whether there is still reason to go on after the pause. */
    private boolean pause(Duration length) {
        try {
            closing.get(length.toMillis(), TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException over) {
            return true;
        } catch (InterruptedException | ExecutionException stop) {
            return false;
        }
    }

    @Override
    public void close() {
        closing.complete(null);
        // All at once, as boards whose plug is pulled; each hands on what it can.
        List<Thread> ending = seats.stream()
                .map(seat -> Thread.ofVirtual().start(seat::leave))
                .toList();
        try {
            for (Thread each : ending) {
                each.join();
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private enum End {
        REBOOTS,
        OFF,
        FAILED,
        REFUSED,
        CLOSING
    }

    /** Where one board is plugged in. */
    private final class Seat {
        private final Path file;
        private final String name;
        private final boolean isHost;
        private int lives;
        private NodeAgent agent;
        private BoardFront front;
        private volatile boolean isOff;

        Seat(Path file, String name, boolean isHost) {
            this.file = file;
            this.name = name;
            this.isHost = isHost;
        }

        void begin() {
            Thread.ofVirtual().name("board-" + name).start(this::keep);
        }

        private void keep() {
            boolean goesOn = true;
            while (goesOn) {
                End end = live();
                goesOn = switch (end) {
                    case REBOOTS -> pause(REBOOT_TAKES);
                    case OFF -> awaitPowerOn();
                    case FAILED -> pause(FAILED_PAUSE);
                    case REFUSED -> pause(REFUSED_PAUSE);
                    case CLOSING -> false;
                };
            }
        }

        /** One life of the board. */
        private End live() {
            CompletableFuture<End> end = new CompletableFuture<>();
            closing.thenRun(() -> end.complete(End.CLOSING));
            try {
                MemberConfig config = ConfigFile.read(file);
                Optional<Guesthouse> host = isHost ? Optional.empty() : host(end);
                if (!isHost && host.isEmpty()) {
                    return end.getNow(End.CLOSING);
                }
                if (!started(config, host, end)) {
                    return End.CLOSING;
                }
                if (isHost) {
                    lodging().house().complete(agent.house().orElseThrow());
                }
                End how = end.get();
                if (isHost) {
                    hostEnds();
                }
                if (how != End.CLOSING) {
                    leave();
                }
                return how;
            } catch (RefusedException refused) {
                LOG.error("{}: {}", name, MemberProcess.sentence(refused));
                return End.REFUSED;
            } catch (IOException failure) {
                LOG.warn("{}: {}", name, MemberProcess.sentence(failure));
                return End.FAILED;
            } catch (InterruptedException | ExecutionException stop) {
                return End.CLOSING;
            }
        }

        /** Waits for the first board; empty when this life is over before that one is there. */
        private Optional<Guesthouse> host(CompletableFuture<End> end) throws InterruptedException, ExecutionException {
            Lodging first = lodging();
            CompletableFuture.anyOf(first.house(), end).get();
            if (end.isDone()) {
                return Optional.empty();
            }
            first.end().thenRun(() -> end.complete(End.REBOOTS));
            return Optional.of(first.house().get());
        }

        private boolean started(MemberConfig config, Optional<Guesthouse> host, CompletableFuture<End> end)
                throws IOException, InterruptedException {
            lives++;
            String bootId = "boot-" + ProcessHandle.current().pid() + "-" + lives;
            starting.acquire();
            try {
                if (closing.isDone()) {
                    return false;
                }
                take(NodeAgent.start(
                        config,
                        Boards.simulated(config, bootId),
                        new SimBoardPower(act -> end.complete(act == PowerAct.REBOOT ? End.REBOOTS : End.OFF)),
                        newFront(config),
                        host,
                        sentence -> ended(end, End.REFUSED, sentence),
                        sentence -> ended(end, End.FAILED, sentence)));
                return true;
            } finally {
                starting.release();
            }
        }

        private void ended(CompletableFuture<End> end, End how, String sentence) {
            LOG.error("{}: {}", name, sentence);
            end.complete(how);
        }

        private synchronized BoardFront newFront(MemberConfig config) {
            if (front != null) {
                // Of a life that came to nothing.
                front.close();
            }
            front = Boards.frontOf(config, Thread.ofVirtual());
            return front;
        }

        private synchronized void take(NodeAgent living) {
            agent = living;
        }

        private synchronized void leave() {
            if (agent != null) {
                agent.end();
                agent = null;
            }
            if (front != null) {
                front.close();
                front = null;
            }
        }

        private boolean awaitPowerOn() {
            LOG.info("{} is off; `touch {}` switches it on", name, button());
            isOff = true;
            exitWhenAllOff();
            while (pause(LOOK_EVERY)) {
                try {
                    if (Files.deleteIfExists(button())) {
                        isOff = false;
                        return true;
                    }
                } catch (IOException failure) {
                    LOG.warn("{}: cannot delete {}: {}", name, button(), failure.getMessage());
                }
            }
            return false;
        }

        private Path button() {
            return file.resolveSibling(POWER_ON);
        }
    }
}
