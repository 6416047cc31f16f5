package dev.bramble.worker.process;

import dev.bramble.model.AttemptId;
import dev.bramble.worker.Workers.Exit;
import dev.bramble.worker.Workers.Level;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What the spawner says; the frames are described at the top of {@code spawner.pl}. */
sealed interface SpawnerReply {
    /** It runs, as this user. */
    record Hello(int uid, int gid) implements SpawnerReply {}

    /**
     * @param level the first of the wanted levels that works here, if any does
     * @param failed those before it
     */
    record Ready(Optional<Level> level, Set<Feature> features, List<FailedLevel> failed) implements SpawnerReply {}

    record Started(AttemptId attempt, long pid, long keeperPid) implements SpawnerReply {}

    /**
     * @param stdoutBytes kept, as for stderr
     * @param breach the limit behind its end, if one was
     * @param left in which state it left its home
     * @param stdout all of it, or nothing if it is in a file
     * @param stderr the same; of an attempt with channels the last of it
     */
    record Ended(
            AttemptId attempt,
            Exit exit,
            long millis,
            long stdoutBytes,
            long stderrBytes,
            boolean cut,
            Optional<Breach> breach,
            Left left,
            byte[] stdout,
            byte[] stderr)
            implements SpawnerReply {}

    /** Not started, and nothing left of it. */
    record Refused(AttemptId attempt, Stage stage, int errno, String text, String detail, Left left)
            implements SpawnerReply {}

    /** The fields after the request's number, as they came: names of files are bytes. */
    record Collected(long request, Frame frame) implements SpawnerReply {}

    /** Of an attempt that is none of ours: the spawner's own trial. */
    record Other() implements SpawnerReply {}

    record FailedLevel(Level level, String reason) {}

    /** @param used bytes, or files; 0 where the kernel does not tell */
    record Breach(Limit limit, long used) {
        enum Limit {
            MEMORY,
            /** Not its own limit: the whole machine had no memory left. */
            BOARD_MEMORY,
            PROCESSES,
            DISK,
            FILES,
            /** Of an exclusive attempt. */
            LEASE
        }
    }

    /** What an attempt left of its home: see {@code keeper.pl}. */
    enum Left {
        /** All is as it was. */
        CLEAN,
        /** There is something in its folder, which nobody can enter any more. */
        KEPT,
        /** No attempt may come there any more. */
        SPENT
    }

    /** What the level's cage has here. */
    enum Feature {
        /** A user for each slot. */
        OWN_UID,
        /** Own processes, mounts and shared memory. */
        NAMESPACES,
        /** Limits of memory, processors and processes. */
        CGROUP,
        /** The number of processes can be limited. */
        COUNTS_PROCESSES
    }

    /** How far the start got. */
    enum Stage {
        /** Before there was any process. */
        PREPARE,
        /** While its walls were built. */
        CAGE,
        /** Its working folder could not be entered. */
        FOLDER,
        /** The program was not found; the detail is the PATH. */
        LOOKUP,
        /** The program is a script for an interpreter that was not found; the detail is its first line. */
        INTERPRETER,
        /** The program was found, at the detail, and did not run. */
        EXEC,
        /** Killed in the meantime. */
        KILLED,
        /** Its lease had run out. */
        LEASE
    }

    static SpawnerReply of(Frame frame) {
        return switch (frame.text(0)) {
            case "hello" -> new Hello((int) frame.number(1), (int) frame.number(2));
            case "ready" -> ready(frame);
            case "collected" -> new Collected(frame.number(1), frame);
            default -> attempt(frame.text(1)).map(id -> ofAttempt(id, frame)).orElseGet(Other::new);
        };
    }

    private static SpawnerReply ofAttempt(AttemptId id, Frame frame) {
        return switch (frame.text(0)) {
            case "started" -> new Started(id, frame.number(2), frame.number(3));
            case "ended" ->
                new Ended(
                        id,
                        exit(frame.text(2), (int) frame.number(3)),
                        frame.number(4),
                        frame.number(5),
                        frame.number(6),
                        frame.number(7) != 0,
                        breach(frame.text(8), frame.number(9)),
                        Left.valueOf(constant(frame.text(10))),
                        frame.bytes(11),
                        frame.bytes(12));
            case "refused" ->
                new Refused(
                        id,
                        Stage.valueOf(constant(frame.text(2))),
                        (int) frame.number(3),
                        frame.text(4),
                        frame.text(5),
                        frame.size() > 6 ? Left.valueOf(constant(frame.text(6))) : Left.SPENT);
            default -> throw new IllegalArgumentException("the spawner said '" + frame.text(0) + "'");
        };
    }

    private static Optional<Breach> breach(String limit, long used) {
        return limit.isEmpty()
                ? Optional.empty()
                : Optional.of(new Breach(Breach.Limit.valueOf(constant(limit)), used));
    }

    private static Exit exit(String kind, int number) {
        return kind.equals("signal") ? new Exit.Signal(number) : new Exit.Code(number);
    }

    private static Ready ready(Frame frame) {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (String name : frame.text(2).split(" ")) {
            if (!name.isEmpty()) {
                features.add(Feature.valueOf(constant(name)));
            }
        }
        List<FailedLevel> failed = new ArrayList<>();
        for (int i = 3; i + 1 < frame.size(); i += 2) {
            failed.add(new FailedLevel(Level.valueOf(frame.text(i)), frame.text(i + 1)));
        }
        return new Ready(
                Optional.of(frame.text(1)).filter(name -> !name.isEmpty()).map(Level::valueOf), features, failed);
    }

    private static Optional<AttemptId> attempt(String text) {
        String[] parts = text.split("-");
        return parts.length == 2
                ? Optional.of(new AttemptId(Long.parseLong(parts[0]), Long.parseLong(parts[1])))
                : Optional.empty();
    }

    private static String constant(String word) {
        return word.toUpperCase(Locale.ROOT);
    }
}
