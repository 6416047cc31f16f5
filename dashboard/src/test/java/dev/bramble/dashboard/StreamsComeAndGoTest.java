package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import dev.bramble.model.EventKind;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that open streams of events or pages and vanish without a word. */
@Tag("slow")
class StreamsComeAndGoTest {
    private static final int STREAMS = 10_000;
    private static final int STREAMS_OF_HTTP2 = 2_000;
    /** One in so many is a page: those change once a second, and are held until then. */
    private static final int PAGE_EVERY = 20;

    private static final int AT_ONCE = 24;
    /** Streams before the first look, so that what is made once and kept is not counted. */
    private static final int FIRST = 500;
    /** Carriers of virtual threads and the server's own come and go. */
    private static final int THREADS_MORE_MAX = 16;
    /** A kilobyte left by each of ten thousand streams; one that is held has 20. Clients have their share of it. */
    private static final long HEAP_BYTES_MORE_MAX = 10L << 20;
    /** Something to say often, since who has gone is noticed when there is. */
    private static final long NEWS_EVERY_MILLIS = 20;

    @TempDir
    Path temporary;

    private final InMemoryControl control = new InMemoryControl();
    private final ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
    private final ScheduledExecutorService news = Executors.newScheduledThreadPool(1);
    private Dashboard dashboard;

    private void start(DashboardSettings settings) throws IOException {
        control.bramble.addNode("n1", "pi01", true);
        dashboard = Dashboard.start(control, settings);
        news.scheduleWithFixedDelay(
                () -> control.happen(EventKind.RESUMED, Optional.empty(), Optional.empty(), "it goes on"),
                0,
                NEWS_EVERY_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void stop() {
        news.shutdownNow();
        clients.shutdownNow();
        dashboard.close();
    }

    /** What there is when all who came have gone. */
    private record Left(int platformThreads, long virtualThreads, long heapBytes) {}

    private Left left() throws Exception {
        UploadTest.awaitTrue(() -> dashboard.openStreams() == 0);
        System.gc();
        return new Left(
                ManagementFactory.getThreadMXBean().getThreadCount(),
                virtualThreads(),
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    private long virtualThreads() throws IOException {
        Path dump = temporary.resolve("threads-" + System.nanoTime());
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
        try (var lines = Files.lines(dump, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.matches("#\\d+ .*virtual.*")).count();
        }
    }

    /** Several at a time, until so many were served. */
    private AtomicInteger openAndDrop(int count, Client client) throws Exception {
        AtomicInteger served = new AtomicInteger();
        AtomicLong tried = new AtomicLong();
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            all.add(clients.submit(() -> {
                while (served.get() < count) {
                    if (client.openAndDrop(tried.getAndIncrement() % PAGE_EVERY == 0)) {
                        served.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get();
        }
        return served;
    }

    private interface Client {
        /** @return whether it was served, not refused since there are too many */
        boolean openAndDrop(boolean isPage) throws Exception;
    }

    private void comeAndGo(String how, int count, Client client) throws Exception {
        openAndDrop(FIRST, client);
        Left before = left();
        AtomicInteger served = openAndDrop(count, client);
        Left after = left();
        System.out.println(served + " streams came and went over " + how + "; before " + before + ", after " + after);
        assertThat(served.get()).isGreaterThanOrEqualTo(count);
        assertThat(dashboard.openStreams()).isZero();
        assertThat(after.virtualThreads() - before.virtualThreads()).isLessThan(THREADS_MORE_MAX);
        assertThat(after.platformThreads() - before.platformThreads()).isLessThan(THREADS_MORE_MAX);
        assertThat(after.heapBytes() - before.heapBytes()).isLessThan(HEAP_BYTES_MORE_MAX);
    }

    private static String request(boolean isPage) {
        return (isPage ? "GET /live/events" : "GET /api/v1/events/stream") + " HTTP/1.1\r\nHost: a\r\n"
                + (isPage ? "Cookie: bramble=vera-token" : "Authorization: Bearer vera-token") + "\r\n\r\n";
    }

    /** Reset instead of closed in order, as when a phone leaves the network. */
    private boolean resetAfterItsBeginning(boolean isPage) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), dashboard.port())) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(request(isPage).getBytes(StandardCharsets.US_ASCII));
            byte[] status = socket.getInputStream().readNBytes(12);
            return new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void tenThousandStreamsThatVanishLeaveNoThreadAndNoClientBehind() throws Exception {
        start(DashboardSettings.plainOnLoopback(0));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), dashboard.port())) {
            socket.getOutputStream().write(request(false).getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(12)).hasSize(12);
            assertThat(dashboard.openStreams()).isEqualTo(1);
            assertThat(virtualThreads()).as("what is counted below").isPositive();
        }

        comeAndGo("HTTP/1.1", STREAMS, this::resetAfterItsBeginning);
    }

    @Test
    void streamsThatAreBrokenOffOverHttp2LeaveNoThreadAndNoClientBehind() throws Exception {
        SSLContext tls = TestCertificate.context();
        start(DashboardSettings.https("127.0.0.1", 0, tls));
        try (HttpClient client = HttpClient.newBuilder().sslContext(tls).build()) {
            String own = "https://localhost:" + dashboard.port();
            String cookie = client.send(
                            HttpRequest.newBuilder(URI.create(own + "/login"))
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .header("Sec-Fetch-Site", "same-origin")
                                    .POST(BodyPublishers.ofString("token=vera-token"))
                                    .build(),
                            BodyHandlers.discarding())
                    .headers()
                    .firstValue("Set-Cookie")
                    .orElseThrow()
                    .split(";")[0];
            comeAndGo("HTTP/2", STREAMS_OF_HTTP2, isPage -> {
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(URI.create(own + (isPage ? "/live/events" : "/api/v1/events/stream")));
                request.header(isPage ? "Cookie" : "Authorization", isPage ? cookie : "Bearer vera-token");
                try {
                    HttpResponse<InputStream> stream = client.send(request.build(), BodyHandlers.ofInputStream());
                    assertThat(stream.version()).isEqualTo(HttpClient.Version.HTTP_2);
                    stream.body().close();
                    return stream.statusCode() == 200;
                } catch (IOException tooOften) {
                    // The server ends a connection on which streams are broken off very fast: the next is a new one.
                    return false;
                }
            });
        }
    }
}
