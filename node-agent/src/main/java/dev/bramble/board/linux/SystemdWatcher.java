package dev.bramble.board.linux;

import dev.bramble.board.Watcher;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd how this process is, as sd_notify(3) describes it: datagrams to the socket that NOTIFY_SOCKET names.
 * Java has none of that kind, so the kernel is called. A datagram that cannot be delivered at once is dropped.
 */
public final class SystemdWatcher implements Watcher {
    private static final Logger LOG = LoggerFactory.getLogger(SystemdWatcher.class);
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM = 2;
    /** The same on x86 and ARM, as are the others. */
    private static final int SOCK_CLOEXEC = 0x80000;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    /** struct sockaddr_un: an unsigned short, then the path. */
    private static final int PATH_AT = 2;

    private static final int PATH_BYTES_MAX = 108;
    /** A line of {@code systemctl status}. */
    private static final int STATUS_CHARS_MAX = 200;

    private final byte[] address;
    private final Optional<Duration> patience;
    private final int socket;
    private final AtomicBoolean hasFailed = new AtomicBoolean();

    private SystemdWatcher(byte[] address, Optional<Duration> patience, int socket) {
        this.address = address;
        this.patience = patience;
        this.socket = socket;
    }

    /**
     * The watcher that the environment of this process names; {@link Watcher#NOBODY} when it names none.
     *
     * @param pid of this process: what is meant for another is not answered
     */
    public static Watcher of(Map<String, String> environment, long pid) {
        String path = environment.getOrDefault("NOTIFY_SOCKET", "");
        byte[] address = path.getBytes(StandardCharsets.UTF_8);
        if (address.length == 0 || address.length >= PATH_BYTES_MAX || path.charAt(0) != '/' && path.charAt(0) != '@') {
            return NOBODY;
        }
        if (address[0] == '@') {
            // In the abstract namespace, where no file has the name.
            address[0] = 0;
        }
        try {
            int socket = (int) Calls.SOCKET.invokeExact(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            if (socket >= 0) {
                return new SystemdWatcher(address, patience(environment, pid), socket);
            }
            LOG.warn("systemd cannot be told how this process is: the kernel gives no socket");
        } catch (Throwable noForeignAccess) {
            LOG.warn("systemd cannot be told how this process is: {}", noForeignAccess.toString());
        }
        return NOBODY;
    }

    private static Optional<Duration> patience(Map<String, String> environment, long pid) {
        String meant = environment.getOrDefault("WATCHDOG_PID", "");
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        boolean isMine = meant.isEmpty() || meant.equals(Long.toString(pid));
        return isMine && micros.matches("[1-9]\\d{0,14}")
                ? Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1000))
                : Optional.empty();
    }

    @Override
    public Optional<Duration> patience() {
        return patience;
    }

    @Override
    public boolean isThere() {
        return true;
    }

    @Override
    public void ready() {
        send("READY=1");
    }

    @Override
    public void alive() {
        send("WATCHDOG=1");
    }

    @Override
    public void status(String sentence) {
        String line = sentence.replaceAll("\\p{Cntrl}", " ");
        send("STATUS=" + line.substring(0, Math.min(line.length(), STATUS_CHARS_MAX)));
    }

    @Override
    public void stopping() {
        send("STOPPING=1");
    }

    private void send(String message) {
        try (Arena arena = Arena.ofConfined()) {
            byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment data = arena.allocate(bytes.length);
            MemorySegment.copy(bytes, 0, data, ValueLayout.JAVA_BYTE, 0, bytes.length);
            MemorySegment to = arena.allocate(PATH_AT + PATH_BYTES_MAX, Short.BYTES);
            to.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(address, 0, to, ValueLayout.JAVA_BYTE, PATH_AT, address.length);
            long sent = (long) Calls.SENDTO.invokeExact(
                    socket, data, (long) bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, to, PATH_AT + address.length);
            failed(sent < 0, message);
        } catch (Throwable failure) {
            failed(true, message + " (" + failure + ")");
        }
    }

    private void failed(boolean is, String message) {
        if (is && hasFailed.compareAndSet(false, true)) {
            LOG.warn("systemd was not told {}: its socket does not take it", message);
        } else if (!is) {
            hasFailed.set(false);
        }
    }

    /** Made at first use: most processes are watched by nobody. */
    @SuppressWarnings("restricted") // the launcher and the units allow native access
    private static final class Calls {
        static final MethodHandle SOCKET = call(
                "socket",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        static final MethodHandle SENDTO = call(
                "sendto",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT));

        private static MethodHandle call(String name, FunctionDescriptor descriptor) {
            return Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().find(name).orElseThrow(), descriptor);
        }
    }
}
