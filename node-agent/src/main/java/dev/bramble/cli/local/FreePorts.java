package dev.bramble.cli.local;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;

/**
 * Finds ports on the loopback address that nobody uses. Below the range from which the kernel gives ports to outgoing
 * connections (32768 on), so that a child which restarts finds its own free; from a random one on, so that two brambles
 * started together hardly meet.
 */
final class FreePorts {
    private static final int FIRST = 18_000;
    private static final int LAST = 32_000;

    private final Set<Integer> given;
    private int candidate = FIRST + new SecureRandom().nextInt(LAST - FIRST);

    /** @param taken those that have an owner, even if nobody listens there yet */
    FreePorts(Set<Integer> taken) {
        this.given = new HashSet<>(taken);
    }

    int next() {
        for (int tries = 0; tries < LAST - FIRST; tries++) {
            candidate = candidate == LAST ? FIRST : candidate + 1;
            if (isFree(candidate) && given.add(candidate)) {
                return candidate;
            }
        }
        throw new Failure(ExitCode.CONFLICT, "no port between " + FIRST + " and " + LAST + " is free on 127.0.0.1");
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException inUse) {
            return false;
        }
    }
}
