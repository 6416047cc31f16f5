package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Clients that send slowly or not at all must not keep others out. */
class HostileClientsTest {
    /** More than the requests that are answered at once. */
    private static final int SLOW = 40;
    /** More than one address may have. */
    private static final int CONNECTIONS = 300;

    private final List<Socket> sockets = new ArrayList<>();

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    @AfterEach
    void stop() throws IOException {
        closeAll();
    }

    private void closeAll() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), dashboard.port());
        sockets.add(socket);
        return socket;
    }

    private void beginAndStall(String requestLine, String headers) throws IOException {
        String head = requestLine + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n" + headers + "\r\n{";
        connect().getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void bodiesThatNeverEndTakeNobodysPlace() throws IOException {
        for (int i = 0; i < SLOW; i++) {
            beginAndStall("POST /login", "Content-Type: application/x-www-form-urlencoded\r\n");
            beginAndStall("POST /api/v1/jobs", "Content-Type: application/json\r\nAuthorization: Bearer ada-token\r\n");
        }
        for (int i = 0; i < SLOW; i++) {
            assertThat(dashboard.get("", "/healthz").status()).isEqualTo(200);
            assertThat(dashboard.get("vera", "/bramble").status()).isEqualTo(200);
        }
    }

    @Test
    void oneAddressCannotTakeEveryConnection() throws IOException {
        for (int i = 0; i < CONNECTIONS; i++) {
            connect().setSoTimeout(1);
        }
        await(() -> sockets.stream().anyMatch(HostileClientsTest::isClosedByTheServer));
        assertThat(sockets).anyMatch(socket -> !isClosedByTheServer(socket));
        closeAll();
        await(() -> {
            try {
                return dashboard.get("vera", "/bramble").status() == 200;
            } catch (java.io.UncheckedIOException stillFull) {
                return false;
            }
        });
    }

    private static boolean isClosedByTheServer(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(10_000_000);
        }
    }
}
