package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** People at a real head: from the first admin on, over its restart, and what is left of their secrets. */
class SessionsTest {
    private static final String PASSWORD = "ein ganz geheimes Wort";
    private static final String WRONG = "ein ganz falsches Wort";

    /** Files that hold the setup code by their purpose. */
    private static final String[] TELLS_CODE = {"founding.json", "supervisor.log"};

    @TempDir
    private Path temporary;

    private static Optional<HttpResponse<String>> post(LocalProcesses bramble, String path, String body) {
        return bramble.send(HttpRequest.newBuilder(URI.create(bramble.url() + "/api/v1" + path))
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static int statusWith(LocalProcesses bramble, String credential, String path) {
        return bramble.send(HttpRequest.newBuilder(URI.create(bramble.url() + "/api/v1" + path))
                        .timeout(Duration.ofSeconds(20))
                        .header("Authorization", "Bearer " + credential)
                        .build())
                .map(HttpResponse::statusCode)
                .orElse(0);
    }

    private static String secret(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        return LocalProcesses.JSON.readTree(response.body()).get("secret").asString();
    }

    private static String login(String password) {
        return "{\"user\": \"grace\", \"password\": \"" + password + "\"}";
    }

    /** Every file of the bramble, and what its processes printed. */
    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(temporary)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private List<String> filesWith(String secret, String... excepted) throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : files()) {
            String name = temporary.relativize(file).toString();
            // As bytes: a letter of each, whatever the file is.
            if (Stream.of(excepted).noneMatch(name::endsWith)
                    && Files.readString(file, StandardCharsets.ISO_8859_1).contains(secret)) {
                found.add(name);
            }
        }
        return found;
    }

    private String headsLog() {
        try {
            return Files.readString(temporary.resolve("bramble/head/log"), StandardCharsets.ISO_8859_1);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void sessionsOutliveTheHeadAndNoSecretIsLeftAnywhere() throws IOException {
        try (LocalProcesses bramble = new LocalProcesses(
                temporary.resolve("bramble"), LocalProcesses.freePort(), List.of("--nodes", "1", "--voters", "1"))) {
            bramble.start();
            String code = bramble.setupCode();
            bramble.await("the head says how to set it up", () -> headsLog().contains(code));
            assertThat(bramble.read("/setup").get("needed").asBoolean()).isTrue();
            String first = secret(post(
                            bramble,
                            "/setup",
                            "{\"code\": \"" + code + "\", " + login(PASSWORD).substring(1))
                    .orElseThrow());
            assertThat(statusWith(bramble, first, "/users")).isEqualTo(200);
            assertThat(post(bramble, "/sessions", login(WRONG)).orElseThrow().statusCode())
                    .isEqualTo(401);
            String session = secret(post(bramble, "/sessions", login(PASSWORD)).orElseThrow());
            String made = bramble.write("POST", "/tokens", "{\"purpose\": \"api\", \"role\": \"viewer\"}")
                    .map(SessionsTest::secret)
                    .orElseThrow();
            assertThat(statusWith(bramble, "bramble_forged2345_" + "A".repeat(43), "/users"))
                    .isEqualTo(401);

            long before = bramble.pid("head");
            bramble.kill("head");
            bramble.await(
                    "the head is back",
                    () -> bramble.pid("head") > 0
                            && bramble.pid("head") != before
                            && bramble.get("/readyz")
                                    .filter(ready -> ready.statusCode() == 200)
                                    .isPresent());
            assertThat(statusWith(bramble, session, "/users"))
                    .as("the session outlives the head")
                    .isEqualTo(200);
            bramble.write("PATCH", "/users/grace", "{\"password\": \"" + WRONG + " zwei\"}");
            bramble.await(
                    "both sessions are over",
                    () -> statusWith(bramble, session, "/users") == 401 && statusWith(bramble, first, "/users") == 401);

            bramble.await(
                    "the wrong password is in the trail", () -> trail(bramble).contains("log-in"));
            assertThat(trail(bramble))
                    .contains("127.0.0.1")
                    .contains("set up the bramble")
                    .doesNotContain(PASSWORD);
            for (String secret : List.of(PASSWORD, WRONG, tail(first), tail(session), tail(made))) {
                assertThat(filesWith(secret)).as("files with a secret in them").isEmpty();
            }
            // What somebody needs to begin with is where they are told that it is, on their own screen, and on the
            // first head's: once, though that head was started again.
            assertThat(filesWith(code, TELLS_CODE)).containsExactly("bramble/head/log");
            assertThat(headsLog().split(code, -1)).hasSize(2);
            assertThat(filesWith("$argon2id$")).as("the ledger has a hash").isNotEmpty();
        }
    }

    /** The secret of a token: behind its second underscore, and it may hold some itself. */
    private static String tail(String token) {
        return token.split("_", 3)[2];
    }

    private static String trail(LocalProcesses bramble) {
        JsonNode trail = bramble.read("/audit?limit=1000");
        return trail.toString();
    }
}
