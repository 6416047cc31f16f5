package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.RunningDashboard.Answer;
import dev.bramble.dashboard.http.StreamPlaces;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventRoutesTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private HttpClient client;

    @BeforeEach
    void start() {
        client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
    }

    private void happen(EventKind kind, String node, String text) {
        dashboard.control.happen(kind, Optional.of(node), Optional.empty(), text);
    }

    private void fourEvents() {
        happen(EventKind.NODE_JOINED, "n1", "one");
        happen(EventKind.NODE_LOST, "n2", "two");
        dashboard.control.happen(EventKind.JOB_FAILED, Optional.empty(), Optional.of(new JobId(7)), "three");
        happen(EventKind.NODE_RETURNED, "n2", "four");
    }

    private static List<String> texts(Answer answer) {
        return StreamSupport.stream(answer.json().get("items").spliterator(), false)
                .map(event -> event.get("text").asString())
                .toList();
    }

    /** A stream that is read line by line as it comes. */
    private final class Stream implements AutoCloseable {
        final HttpResponse<InputStream> response;
        private final BufferedReader lines;

        Stream(String query, String... headers) throws Exception {
            HttpRequest.Builder request = dashboard
                    .request("/api/v1/events/stream" + query)
                    .timeout(Duration.ofSeconds(30))
                    .header("Authorization", "Bearer vera-token");
            if (headers.length > 0) {
                request.headers(headers);
            }
            response = client.send(request.build(), BodyHandlers.ofInputStream());
            lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        }

        /** What the next {@code count} events say, each after its number. */
        List<String> next(int count) throws IOException {
            List<String> events = new ArrayList<>();
            String id = "";
            while (events.size() < count) {
                String line = lines.readLine();
                if (line == null) {
                    throw new IOException("the stream ended after " + events);
                }
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                }
                if (line.startsWith("data: ")) {
                    events.add(id + " "
                            + RunningDashboard.JSON
                                    .readTree(line.substring(6))
                                    .get("text")
                                    .asString());
                }
            }
            return events;
        }

        @Override
        public void close() throws IOException {
            lines.close();
        }
    }

    @Test
    void newestComeFirstToMindAndOldestFirstOnThePage() {
        fourEvents();
        Answer answer = dashboard.get("vera", "/events?limit=2");

        assertThat(texts(answer)).containsExactly("three", "four");
        assertThat(answer.json().get("next").isNull()).isTrue();
        assertThat(answer.json().get("last").asLong()).isEqualTo(4);
    }

    @Test
    void cursorLeadsThroughAllOfThemOnce() {
        fourEvents();
        Answer first = dashboard.get("vera", "/events?cursor=0&limit=3");
        Answer second = dashboard.get(
                "vera", "/events?limit=3&cursor=" + first.json().get("next").asString());

        assertThat(texts(first)).containsExactly("one", "two", "three");
        assertThat(texts(second)).containsExactly("four");
        assertThat(second.json().get("next").isNull()).isTrue();
    }

    @Test
    void filtersAreAllMetAndWhatTheyPassOverIsNotLookedAtAgain() {
        fourEvents();
        happen(EventKind.BOARD_SICK, "n1", "five");

        assertThat(texts(dashboard.get("vera", "/events?node=pi02"))).containsExactly("two", "four");
        assertThat(texts(dashboard.get("vera", "/events?warnings=true"))).containsExactly("two", "three", "five");
        assertThat(texts(dashboard.get("vera", "/events?job=7"))).containsExactly("three");
        Answer both = dashboard.get("vera", "/events?cursor=0&node=n2&kind=node-lost");
        assertThat(texts(both)).containsExactly("two");
        assertThat(both.json().get("last").asLong()).isEqualTo(5);
    }

    @Test
    void eventShowsWhomItIsAboutAndWhoCausedIt() {
        happen(EventKind.NODE_LOST, "n2", "pi02 was silent for 4 s");
        var event = dashboard.get("vera", "/events").json().get("items").get(0);

        assertThat(event.get("number").asLong()).isEqualTo(1);
        assertThat(event.get("kind").asString()).isEqualTo("node-lost");
        assertThat(event.get("weight").asString()).isEqualTo("warning");
        assertThat(event.get("at").asString()).isEqualTo("2026-11-22T10:15:30.123Z");
        assertThat(event.get("node").asString()).isEqualTo("n2");
        assertThat(event.get("name").asString()).isEqualTo("pi02");
        assertThat(event.get("job").isNull()).isTrue();
        assertThat(event.get("task").isNull()).isTrue();
        assertThat(event.get("by").asString()).isEqualTo("olga");
    }

    @Test
    void nodeThatWasForgottenIsFoundInItsEventsById() {
        happen(EventKind.NODE_FORGOTTEN, "n2", "pi02 is forgotten");
        dashboard.bramble.nodes.removeIf(node -> node.name().equals("pi02"));

        assertThat(texts(dashboard.get("vera", "/events?node=n2"))).containsExactly("pi02 is forgotten");
        assertThat(dashboard.get("vera", "/events?node=n77").status()).isEqualTo(404);
        assertThat(dashboard.get("vera", "/events?node=N 7".replace(" ", "%20")).status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cursor=x",
                "cursor=-1",
                "job=0",
                "job=a",
                "kind=node-vanished",
                "warnings=yes",
                "limit=0",
                "node=a&node=b"
            })
    void parameterThatCannotBeReadIsRefused(String query) {
        assertThat(dashboard.get("vera", "/events?" + query).status()).isEqualTo(400);
        if (!query.startsWith("limit")) {
            assertThat(dashboard.get("vera", "/events/stream?" + query).status())
                    .isEqualTo(400);
        }
    }

    @Test
    void readerThatWaitsIsAnsweredWhenSomethingHappens() throws Exception {
        fourEvents();
        CompletableFuture<Answer> later =
                CompletableFuture.supplyAsync(() -> dashboard.get("vera", "/events?cursor=4&waitMillis=10000"));
        dashboard.control.eventsAwaited.acquire();
        assertThat(later).isNotDone();
        happen(EventKind.NODE_LOST, "n2", "five");

        assertThat(texts(later.get(30, TimeUnit.SECONDS))).containsExactly("five");
    }

    @Test
    void streamGivesWhatHappensFromNowOnWithItsNumber() throws Exception {
        fourEvents();
        try (Stream stream = new Stream("")) {
            assertThat(stream.response.headers().firstValue("Content-Type").orElse(""))
                    .startsWith("text/event-stream");
            assertThat(stream.response.headers().firstValue("Cache-Control")).contains("no-store");
            happen(EventKind.NODE_LOST, "n2", "five");
            assertThat(stream.next(1)).containsExactly("5 five");
            happen(EventKind.NODE_LOST, "n2", "six");
            happen(EventKind.NODE_LOST, "n2", "seven");
            assertThat(stream.next(2)).containsExactly("6 six", "7 seven");
        }
    }

    @Test
    void brokenStreamGoesOnAfterTheLastEventThatWasSeen() throws Exception {
        fourEvents();
        try (Stream stream = new Stream("?cursor=0")) {
            assertThat(stream.next(4)).containsExactly("1 one", "2 two", "3 three", "4 four");
        }
        happen(EventKind.NODE_LOST, "n2", "five");
        try (Stream again = new Stream("?cursor=0", "Last-Event-ID", "3")) {
            assertThat(again.next(2)).containsExactly("4 four", "5 five");
        }
        try (Stream wrong = new Stream("", "Last-Event-ID", "three")) {
            assertThat(wrong.response.statusCode()).isEqualTo(400);
        }
    }

    @Test
    void readerWhoseCursorIsBeyondTheNewestAfterARecoveryBeginsWithWhatIsThereAndIsTold() {
        fourEvents();
        dashboard.bramble.recovered = true;
        Answer anew = dashboard.get("vera", "/events?cursor=90&limit=3&waitMillis=10000");

        assertThat(texts(anew)).containsExactly("one", "two", "three");
        assertThat(anew.json().get("next").asString()).isEqualTo("3");
        assertThat(anew.json().get("note").asString())
                .isEqualTo(
                        "there is no event 90 any more, the newest is 4: the ledger was recovered from an older copy;"
                                + " all that there is follows");
        assertThat(dashboard.get("vera", "/events?cursor=4").json().get("note").isNull())
                .isTrue();
    }

    @Test
    void headThatIsBehindCatchesUpBeforeItSaysThatNumbersWentBack() throws Exception {
        fourEvents();
        CompletableFuture<Answer> later =
                CompletableFuture.supplyAsync(() -> dashboard.get("vera", "/events?cursor=5"));
        dashboard.control.eventsAwaited.acquire();
        synchronized (dashboard.bramble) { // or it would be seen with five alone
            happen(EventKind.NODE_LOST, "n2", "five");
            happen(EventKind.NODE_LOST, "n2", "six");
        }

        Answer answer = later.get(30, TimeUnit.SECONDS);
        assertThat(texts(answer)).containsExactly("six");
        assertThat(answer.json().get("note").isNull()).isTrue();
    }

    @Test
    void headThatStaysBehindSaysSoAndNotThatTheLedgerWasRecovered() {
        fourEvents();
        Answer refused = dashboard.get("vera", "/events?cursor=90");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().get("detail").asString())
                .isEqualTo("this head is behind: its newest event is 4, and those after event 90 were asked for; try"
                        + " again, or ask another head");
    }

    @Test
    void cursorThatNobodyCanHaveBeenGivenIsRefusedOnceTheHeadHasAllThatThereIs() throws Exception {
        fourEvents();
        dashboard.bramble.caughtUp = true;
        String sentence =
                "there is no event 90 in this bramble, the newest is 4: leave it out to begin with what happens"
                        + " now, or give 0 for all that is kept";
        for (String path : List.of("/events?cursor=90", "/events/stream?cursor=90")) {
            Answer refused = dashboard.get("vera", path);
            assertThat(refused.status()).as(path).isEqualTo(400);
            assertThat(refused.json().get("detail").asString()).isEqualTo(sentence);
        }
        try (Stream resumed = new Stream("", "Last-Event-ID", "90")) {
            assertThat(resumed.response.statusCode()).isEqualTo(400);
        }
        // The newest itself is somebody's last one, and a number that comes meanwhile is one that another head told.
        assertThat(dashboard.get("vera", "/events?cursor=4").status()).isEqualTo(200);
        dashboard.control.eventsAwaited.drainPermits();
        CompletableFuture<Answer> later =
                CompletableFuture.supplyAsync(() -> dashboard.get("vera", "/events?cursor=5"));
        dashboard.control.eventsAwaited.acquire();
        happen(EventKind.NODE_LOST, "n2", "five");
        assertThat(later.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    @Test
    void listLeadsBackToTheOldestPageByPage() {
        fourEvents();
        happen(EventKind.NODE_LOST, "n2", "five");
        Answer newest = dashboard.get("vera", "/events?limit=2");
        assertThat(newest.json().get("older").asLong()).isEqualTo(4);
        Answer older = dashboard.get("vera", "/events?limit=2&before=4");
        assertThat(texts(older)).containsExactly("two", "three");
        assertThat(older.json().get("last").asLong()).isEqualTo(5);
        Answer oldest = dashboard.get(
                "vera", "/events?limit=2&before=" + older.json().get("older").asString());
        assertThat(texts(oldest)).containsExactly("one");
        assertThat(oldest.json().get("older").isNull()).isTrue();

        Answer ofNode = dashboard.get("vera", "/events?limit=1&node=pi02&before=5");
        assertThat(texts(ofNode)).containsExactly("four");
        assertThat(ofNode.json().get("older").asLong()).isEqualTo(4);
        assertThat(dashboard.get("vera", "/events?before=2&cursor=1").status()).isEqualTo(400);
        assertThat(dashboard.get("vera", "/events?before=0").status()).isEqualTo(400);
    }

    @Test
    void streamOfAHeadThatIsBehindGoesOnWhereItWasOnceTheHeadHasCaughtUp() throws Exception {
        fourEvents();
        try (Stream stream = new Stream("?cursor=5")) {
            // It has looked twice by then, and waits again.
            dashboard.control.eventsAwaited.acquire(2);
            happen(EventKind.NODE_LOST, "n2", "five");
            happen(EventKind.NODE_LOST, "n2", "six");
            assertThat(stream.next(1)).containsExactly("6 six");
        }
    }

    @Test
    void streamBeginsAnewAndSaysSoWhenTheNumbersWentBack() throws Exception {
        fourEvents();
        dashboard.bramble.recovered = true;
        try (Stream stream = new Stream("?cursor=90")) {
            assertThat(stream.next(3))
                    .containsExactly(
                            "0 there is no event 90 any more, the newest is 4: the ledger was recovered from an older"
                                    + " copy; all that there is follows",
                            "1 one",
                            "2 two");
        }
        try (Stream stream = new Stream("?cursor=4")) {
            dashboard.control.eventsAwaited.acquire();
            dashboard.control.recover(2);
            assertThat(stream.next(3))
                    .satisfies(lines -> assertThat(lines.getFirst()).startsWith("0 there is no event 4 any more"))
                    .endsWith("1 one", "2 two");
        }
    }

    @Test
    void filteredStreamIsSilentAboutTheRest() throws Exception {
        try (Stream stream = new Stream("?node=pi02&warnings=true")) {
            fourEvents();
            happen(EventKind.NODE_LOST, "n1", "of another");
            happen(EventKind.DRAIN_EXPIRED, "n2", "six");
            assertThat(stream.next(2)).containsExactly("2 two", "6 six");
        }
    }

    @Test
    void burstOfManyMoreThanOneBatchArrivesWholeAndInOrder() throws Exception {
        for (int i = 1; i <= 1_000; i++) {
            happen(EventKind.TASK_FAILED, "n1", "t" + i);
        }
        try (Stream stream = new Stream("?cursor=0")) {
            List<String> all = stream.next(1_000);
            assertThat(all.getFirst()).isEqualTo("1 t1");
            assertThat(all.getLast()).isEqualTo("1000 t1000");
            assertThat(all).doesNotHaveDuplicates();
        }
    }

    @Test
    void oneUsersStreamsHaveALimitAndLeaveRoomForOthers() throws Exception {
        List<Stream> open = new ArrayList<>();
        try {
            for (int i = 0; i < StreamPlaces.STREAMS_OF_USER_MAX; i++) {
                open.add(new Stream(""));
                assertThat(open.getLast().response.statusCode()).isEqualTo(200);
            }
            Answer refused = dashboard.get("vera", "/events/stream");

            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.json().get("detail").asString())
                    .isEqualTo("vera has 64 streams open, and no more are served: close a page or a program that"
                            + " follows events, or ask another head");
            // Streams take no place of requests.
            assertThat(dashboard.get("vera", "/nodes").status()).isEqualTo(200);
        } finally {
            for (Stream stream : open) {
                stream.close();
            }
        }
    }

    @Test
    @Timeout(60)
    void streamEndsWithItsTokenAndNotOnlyWhenItIsItsTurnToLook() throws Exception {
        try (Stream stream = new Stream("")) {
            dashboard.control.eventsAwaited.acquire();
            dashboard.bramble.principals.remove("vera-token");
            assertThat(stream.lines.lines().filter(line -> line.startsWith("data")))
                    .isEmpty();
            assertThat(dashboard.control.isEveryWaitUnderWay()).isTrue();
        }
    }

    @Test
    void headThatStopsEndsItsStreams() throws Exception {
        try (Stream stream = new Stream("")) {
            dashboard.control.eventsAwaited.acquire();
            dashboard.close();
            assertThat(stream.lines.lines().filter(line -> line.startsWith("data")))
                    .isEmpty();
        }
    }
}
