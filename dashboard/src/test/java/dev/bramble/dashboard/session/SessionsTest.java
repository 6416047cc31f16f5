package dev.bramble.dashboard.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Sessions sessions = new Sessions(nanos::get);

    @Test
    void sessionStandsForItsCredentialUntilItEnds() {
        String name = sessions.begin("token");
        assertThat(sessions.credential(name)).contains("token");
        sessions.end(name);
        assertThat(sessions.credential(name)).isEmpty();
    }

    @Test
    void namesCannotBeGuessedFromEachOther() {
        assertThat(sessions.begin("token")).hasSize(43).isNotEqualTo(sessions.begin("token"));
        assertThat(sessions.credential("")).isEmpty();
    }

    @Test
    void sessionEndsByItselfHoweverBusyItIs() {
        String name = sessions.begin("token");
        nanos.addAndGet(Sessions.LENGTH_MAX.toNanos());
        assertThat(sessions.credential(name)).contains("token");
        nanos.addAndGet(1);
        assertThat(sessions.credential(name)).isEmpty();
    }

    @Test
    void beyondTheLimitTheSessionUnusedForLongestEnds() {
        String first = sessions.begin("first");
        String second = sessions.begin("second");
        for (int i = 2; i < Sessions.SESSIONS_MAX; i++) {
            sessions.begin("other");
        }
        assertThat(sessions.credential(first)).isPresent();
        sessions.begin("one too many");

        assertThat(sessions.credential(second)).isEmpty();
        assertThat(sessions.credential(first)).isPresent();
    }
}
