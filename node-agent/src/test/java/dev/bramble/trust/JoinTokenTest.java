package dev.bramble.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JoinTokenTest {
    private static final String FINGERPRINT = "ab".repeat(32);

    private final JoinToken token = new JoinToken(
            "k7w2bd",
            TokenSecret.random(new Random(1)),
            NodeRole.HEAD,
            FINGERPRINT,
            List.of("pi-1:7440", "[fe80::1]:7440"));

    private static RefusedException refusal(String text) {
        try {
            JoinToken.parse(text);
        } catch (RefusedException refused) {
            assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.INVALID);
            return refused;
        }
        throw new AssertionError("was accepted: " + text);
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(JoinToken.parse(token.text())).isEqualTo(token);
        JoinToken agents = new JoinToken("k7w2", token.secret(), NodeRole.AGENT, FINGERPRINT, List.of("a.example:1"));
        assertThat(JoinToken.parse(agents.text())).isEqualTo(agents);
    }

    @Test
    void linesBrokenByATerminalDoNoHarm() {
        String text = token.text();
        String wrapped =
                "  " + text.substring(0, 40) + "\r\n  " + text.substring(40, 90) + "\n" + text.substring(90) + "\n";
        assertThat(JoinToken.parse(wrapped)).isEqualTo(token);
    }

    @Test
    void everySingleMistypedCharacterIsNoticed() {
        String text = token.text();
        for (int i = JoinToken.PREFIX.length(); i < text.length(); i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            String mistyped = text.substring(0, i) + other + text.substring(i + 1);
            // The last character may carry bits that no byte uses.
            if (i == text.length() - 1 && isSameBytes(mistyped, text)) {
                continue;
            }
            assertThat(refusal(mistyped).getMessage()).matches(".*(mistyped|newer release).*");
        }
    }

    private static boolean isSameBytes(String one, String other) {
        try {
            return JoinToken.parse(one).equals(JoinToken.parse(other));
        } catch (RefusedException different) {
            return false;
        }
    }

    @Test
    void aTokenCutShortIsNoticed() {
        String text = token.text();
        for (int length = JoinToken.PREFIX.length(); length < text.length(); length++) {
            assertThat(refusal(text.substring(0, length)).getMessage()).contains("cut short");
        }
    }

    @Test
    void whatIsNoJoinTokenIsToldApart() {
        assertThat(refusal("  \n").getMessage()).contains("there is no join token here");
        assertThat(refusal("hunter2").getMessage()).contains("not a join token");
        assertThat(refusal(ApiToken.random(new Random(2)).text()).getMessage()).contains("this is an API token");
        assertThat(refusal(token.text().repeat(20)).getMessage()).contains("too long");
    }

    @Test
    void noRefusalAndNoTextOfTheRecordShowsTheSecret() {
        String text = token.text();
        String secret = text.substring(60, 90);
        assertThat(refusal(text.substring(0, text.length() - 4)).getMessage()).doesNotContain(secret);
        assertThat(token.toString()).contains("(secret)").doesNotContain(secret);
    }

    @Test
    void aTokenWithoutAUsableDoorCannotBeMade() {
        for (String door :
                List.of("pi-1", "pi-1:0", "pi-1:65536", "pi 1:7440", ":7440", "http://pi-1:7440", "::1:7440")) {
            assertThatThrownBy(() -> new JoinToken("k7w2", token.secret(), NodeRole.AGENT, FINGERPRINT, List.of(door)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("host:port");
        }
        assertThatThrownBy(() -> new JoinToken("k7w2", token.secret(), NodeRole.AGENT, FINGERPRINT, List.of()))
                .hasMessageContaining("1 to 3 doors");
    }
}
