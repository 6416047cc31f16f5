package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boards without a clock chip: they are set up in 1970, then the calendar jumps to today, back, far ahead and to today
 * again, under all agents and the head at once. A job with a deadline and a timeout runs all the while, and a token
 * with an end is used: neither the deadline nor the timeout nor the end comes early, and connections are made as ever.
 * The calendar is libfaketime's, of which Debian's package is unpacked into the test's folder.
 */
@Tag("slow")
class CalendarJumpTest {
    private static final Duration FIRST_DAY = Duration.ofHours(6);
    private static final Duration TWELVE_YEARS = Duration.ofDays(12 * 365);
    private static final long TWO_HOURS_MILLIS = Duration.ofHours(2).toMillis();

    @TempDir
    private Path temporary;

    private Fleet fleet;
    private Path calendar;

    @Test
    void nothingEndsEarlyWhateverTheCalendarShows() throws Exception {
        Optional<Path> library = library();
        if (library.isEmpty() && System.getenv("CI") != null) {
            // A skipped test is easily overlooked where nobody looks at the machine.
            System.out.println(
                    "CalendarJumpTest proves nothing here: libfaketime cannot be had, and no calendar jumps");
        }
        assumeTrue(library.isPresent(), "a calendar that jumps needs libfaketime, which cannot be had here");
        calendar = temporary.resolve("calendar");
        long to1970 = FIRST_DAY.toSeconds() - Instant.now().getEpochSecond();
        show(to1970);
        List<String> around = List.of(
                "env",
                "LD_PRELOAD=" + library.get(),
                "FAKETIME_TIMESTAMP_FILE=" + calendar,
                "FAKETIME_CACHE_DURATION=1",
                // Java waits by the monotonic clock, which does not jump on boards either.
                "DONT_FAKE_MONOTONIC=1",
                "FAKETIME_FORCE_MONOTONIC_FIX=0");
        try (OpenFolder open = new OpenFolder();
                Fleet boards = new Fleet(temporary.resolve("fleet"), 3, 1, around)) {
            fleet = boards;
            fleet.start();
            fleet.await("three voters", () -> fleet.read("/voters").get("items").size() == 3);
            assertThat(fleet.log()).contains("1970-01-01T");
            Path marks = open.file("marks");
            Path go = open.file("go");
            long job = fleet.submit("long", """
                    {"name": "long", "command": ["sh", "-c", \
                    "echo begun >> %s; while [ ! -s %s ]; do sleep 0.2; done"], \
                    "tasks": {"count": 1}, "deadline": "2h", "timeout": "1h", \
                    "needs": {"cpus": 1, "memory": "16M"}}""".formatted(marks, go));
            fleet.await("its task runs", () -> lines(marks) == 1);
            String secret = token();

            jumpTo(0, job, secret);
            jumpTo(to1970, job, secret);
            jumpTo(TWELVE_YEARS.toSeconds(), job, secret);
            jumpTo(0, job, secret);

            Files.writeString(go, "go");
            fleet.awaitPhase(job, "succeeded");
            assertThat(lines(marks)).as("times that its task was begun").isEqualTo(1);
        }
    }

    /** All calendars jump; the head is started anew, so that connections are made and all say what they see. */
    private void jumpTo(long offsetSeconds, long job, String secret) throws IOException {
        show(offsetSeconds);
        String year = Integer.toString(
                Instant.now().plusSeconds(offsetSeconds).atZone(ZoneOffset.UTC).getYear());
        fleet.await("every agent lives in " + year, () -> {
            fleet.kill(fleet.heads(), Duration.ZERO);
            fleet.read("/bramble");
            return fleet.agents().stream()
                    .allMatch(agent -> fleet.lastLine(agent).startsWith(year));
        });
        long quick = fleet.submit(
                "quick-" + offsetSeconds + "-" + System.nanoTime(),
                "{\"name\": \"quick\", \"command\": [\"true\"], \"needs\": {\"cpus\": 1, \"memory\": \"16M\"}}");
        fleet.awaitPhase(quick, "succeeded");
        assertThat(fleet.read("/jobs/" + job).get("phase").asString())
                .as("in %s", year)
                .isEqualTo("running");
        assertThat(fleet.read("/jobs/" + job).get("deadlineInMillis").asLong())
                .as("in %s", year)
                .isBetween(TWO_HOURS_MILLIS - Duration.ofMinutes(30).toMillis(), TWO_HOURS_MILLIS);
        int status = fleet.send(fleet.request("/bramble")
                        .setHeader("Authorization", "Bearer " + secret)
                        .GET()
                        .build())
                .orElseThrow()
                .statusCode();
        assertThat(status).as("the token in %s", year).isEqualTo(200);
    }

    /** A viewer's, for two hours. */
    private String token() {
        String body = "{\"purpose\": \"api\", \"user\": \"eve\", \"role\": \"viewer\", \"validForSeconds\": 7200}";
        return HeadClient.JSON
                .readTree(fleet.write("POST", "/tokens", body).orElseThrow().body())
                .get("secret")
                .asString();
    }

    /** In one step: the library reads it at any time. */
    private void show(long offsetSeconds) throws IOException {
        Path fresh = temporary.resolve("calendar.new");
        Files.writeString(fresh, (offsetSeconds < 0 ? "" : "+") + offsetSeconds + "\n");
        Files.move(fresh, calendar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static int lines(Path file) {
        try {
            return Files.readAllLines(file).size();
        } catch (IOException unreadable) {
            return -1;
        }
    }

    /** The library for programs with many threads; empty when it cannot be had. */
    private Optional<Path> library() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(temporary.resolve("package"));
        int fetched = new ProcessBuilder(
                        "sh", "-c", "apt-get -q download libfaketime && dpkg-deb -x libfaketime_*.deb unpacked")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
        if (fetched != 0) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.getFileName().toString().equals("libfaketimeMT.so.1"))
                    .findFirst();
        }
    }
}
