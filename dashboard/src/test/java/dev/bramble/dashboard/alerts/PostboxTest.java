package dev.bramble.dashboard.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.bramble.dashboard.http.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class PostboxTest {
    private static final Duration SOON = Duration.ofMillis(1);

    @TempDir
    Path folder;

    private static AlertBook.News news(String subject, boolean isOver) {
        return new AlertBook.News(
                new AlertBook.Alert(
                        Rule.NODE_DOWN,
                        subject,
                        subject + " has been down for 2 min",
                        0,
                        isOver ? 5 : -1,
                        Optional.empty(),
                        Optional.empty()),
                isOver);
    }

    /** Takes what it is told; fails so many times first. */
    private static final class Recorder implements Messenger {
        final BlockingQueue<Notice> told = new LinkedBlockingQueue<>();
        int failures;

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public synchronized void tell(Notice notice) throws IOException {
            if (failures > 0) {
                failures--;
                throw new IOException("it answered 503");
            }
            told.add(notice);
        }
    }

    @Test
    void messageThatIsNotTakenIsTriedAgainAndThenGivenUp() throws Exception {
        Recorder recorder = new Recorder();
        recorder.failures = 2;
        try (Postbox box = new Postbox(recorder, SOON, List.of(SOON, SOON))) {
            box.put("home", "head", List.of(news("pi07", false)));
            assertThat(recorder.told.poll(20, TimeUnit.SECONDS)).isNotNull();

            recorder.failures = 3;
            box.put("home", "head", List.of(news("pi08", false)));
            box.put("home", "head", List.of(news("pi09", false)));
            // The one that was given up may have had both in it; then a third one tells that the box goes on.
            box.put("home", "head", List.of(news("pi10", false)));
            while (recorder.failures > 0) {
                Thread.onSpinWait();
            }
            box.put("home", "head", List.of(news("pi11", false)));
            Notice next;
            do {
                next = recorder.told.poll(20, TimeUnit.SECONDS);
                assertThat(next).isNotNull();
            } while (!next.text().contains("pi11"));
        }
    }

    @Test
    void webhookGetsJsonThatSaysTheSameToPeopleAndPrograms() throws Exception {
        BlockingQueue<JsonNode> bodies = new LinkedBlockingQueue<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/hook", exchange -> {
            bodies.add(Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        try {
            URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/hook?secret=1");
            Webhook webhook = new Webhook(address);
            webhook.tell(Notice.of("home", "head", List.of(news("pi07", false), news("pi\"08", true))));

            JsonNode body = bodies.poll(20, TimeUnit.SECONDS);
            assertThat(body.get("text").asString())
                    .contains("bramble home: 1 alert")
                    .contains("pi07 has been down for 2 min.")
                    .contains("over: pi\"08");
            assertThat(body.get("alerts").get(0).get("rule").asString()).isEqualTo("node-down");
            assertThat(body.get("alerts").get(1).get("state").asString()).isEqualTo("over");
            assertThat(webhook.name()).doesNotContain("secret").doesNotContain("hook?");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void webhookThatRefusesOrRedirectsHasNotTakenIt() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(exchange.getRequestURI().getPath().equals("/moved") ? 307 : 500, -1);
            exchange.close();
        });
        server.start();
        try {
            for (String path : List.of("moved", "broken")) {
                Webhook webhook = new Webhook(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + path));
                try (Postbox box = new Postbox(webhook)) {
                    assertThat(box.test("home", "head").problem()).startsWith("it answered ");
                }
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void mailCommandGetsTheTextOnStdinAndNoShellReadsAnything() throws Exception {
        Path out = folder.resolve("mail");
        MailCommand mail = new MailCommand(List.of("/usr/bin/dd", "status=none", "of=" + out));
        mail.tell(Notice.of("home; touch " + folder.resolve("harm"), "head", List.of(news("$(reboot)", false))));

        assertThat(Files.readString(out))
                .startsWith("Subject: bramble home; touch ")
                .contains("\n\n")
                .contains("$(reboot)");
        assertThat(folder.resolve("harm")).doesNotExist();
    }

    @Test
    void mailCommandThatFailsSaysHow() {
        try (Postbox box = new Postbox(new MailCommand(List.of("/bin/false")));
                Postbox none = new Postbox(new MailCommand(List.of("/nowhere/mail")))) {
            assertThat(box.test("home", "head").problem()).isEqualTo("it ended with exit code 1");
            assertThat(none.test("home", "head").problem()).contains("/nowhere/mail");
        }
    }

    @Test
    void longListIsCut() {
        List<AlertBook.News> many = java.util.stream.IntStream.range(0, 70)
                .mapToObj(i -> news("pi" + i, false))
                .toList();
        Notice notice = Notice.of("home", "head", many);

        assertThat(notice.text()).contains("pi19 ").doesNotContain("pi20 ").contains("and 50 more");
        assertThat(notice.subject()).contains("70 alerts");
    }
}
