package dev.bramble.cli.local;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * User ids for the tasks of a local bramble that root started: a range of its own for each one on the machine, held by
 * a file lock for as long as it runs, so that the tasks of two never share a user.
 */
final class TaskUsers implements AutoCloseable {
    /** Tasks of one node that can run at a time with a user each. */
    static final int USERS_PER_NODE = 100;

    private static final int USERS_PER_BRAMBLE = USERS_PER_NODE * LocalPlan.NODES_MAX;
    private static final int BRAMBLES_MAX = 64;
    /**
     * systemd's table of user ids leaves 1879048192 to 2147352575 unused: no account, no container, no sub-id. An agent
     * that is installed on this machine has the first of 1900000000.
     */
    private static final int FIRST = 1_900_001_000;
    /** Where only a container's few ids are mapped: above the accounts of a distribution, below nobody. */
    private static final int FIRST_OF_SMALL_RANGE = 20_000;

    private static final int USERS_PER_NODE_OF_SMALL_RANGE = 20;
    /** 64 brambles of 16 nodes with 20 users end at 40480, within the 65536 ids that containers get. */
    private static final int NODES_IN_SMALL_RANGE_MAX = 16;

    private final FileChannel channel;
    private final int first;
    private final int perNode;

    private TaskUsers(FileChannel channel, int first, int perNode) {
        this.channel = channel;
        this.first = first;
        this.perNode = perNode;
    }

    /** Takes a free range. @param locks root's own folder */
    static TaskUsers take(Path locks, Path uidMap, int nodes) {
        try {
            Files.createDirectories(
                    locks, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            boolean wide = mappedUpTo(uidMap) > FIRST + (long) BRAMBLES_MAX * USERS_PER_BRAMBLE;
            for (int i = 0; i < BRAMBLES_MAX; i++) {
                FileChannel channel = FileChannel.open(
                        locks.resolve("users-" + i), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                if (lock(channel) != null) {
                    return wide
                            ? new TaskUsers(channel, FIRST + i * USERS_PER_BRAMBLE, USERS_PER_NODE)
                            : ofSmallRange(channel, i, nodes);
                }
                channel.close();
            }
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, "cannot use the folder " + locks + ": " + Json.reason(e), e);
        }
        throw new Failure(ExitCode.CONFLICT, BRAMBLES_MAX + " local brambles run on this machine already");
    }

    private static TaskUsers ofSmallRange(FileChannel channel, int index, int nodes) {
        if (nodes > NODES_IN_SMALL_RANGE_MAX) {
            throw new Failure(
                    ExitCode.CONFLICT,
                    "this container has user ids for the tasks of " + NODES_IN_SMALL_RANGE_MAX
                            + " nodes only: start no more, or start them as an ordinary user");
        }
        int perBramble = NODES_IN_SMALL_RANGE_MAX * USERS_PER_NODE_OF_SMALL_RANGE;
        return new TaskUsers(channel, FIRST_OF_SMALL_RANGE + index * perBramble, USERS_PER_NODE_OF_SMALL_RANGE);
    }

    private static FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    /** The end of the range that user_namespaces(7) maps from 0 on. */
    private static long mappedUpTo(Path uidMap) throws IOException {
        for (String line : Files.readAllLines(uidMap)) {
            String[] fields = line.strip().split("\\s+");
            if (fields.length == 3 && fields[0].equals("0")) {
                return Long.parseLong(fields[2]);
            }
        }
        return 0;
    }

    /** First user id of the node at {@code index} (from 0). */
    int firstOf(int index) {
        return first + index * perNode;
    }

    int perNode() {
        return perNode;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new Failure(ExitCode.INTERNAL, "a lock could not be released: " + Json.reason(e), e);
        }
    }
}
