package dev.bramble.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.NodeRole;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ApiTokenTest {
    private final ApiToken token = ApiToken.random(new Random(1));

    @Test
    void whatIsWrittenIsRead() {
        assertThat(token.text()).matches("bramble_[a-z0-9]{10}_[A-Za-z0-9_-]{43}");
        assertThat(ApiToken.parse(" " + token.text() + "\n")).isEqualTo(token);
    }

    @Test
    void onlyItsOwnSecretOpensTheHash() {
        String kept = token.secret().sha256();
        assertThat(kept).matches("[0-9a-f]{64}");
        assertThat(ApiToken.parse(token.text()).secret().opens(kept)).isTrue();
        assertThat(ApiToken.random(new Random(2)).secret().opens(kept)).isFalse();
        assertThat(token.secret().opens("")).isFalse();
        assertThat(token.secret().opens(kept.substring(1))).isFalse();
    }

    @Test
    void whatIsNoApiTokenIsRefusedWithoutBeingRepeated() {
        JoinToken join = new JoinToken("k7w2", token.secret(), NodeRole.AGENT, "ab".repeat(32), List.of("pi-1:7440"));
        for (String wrong : List.of(
                "",
                "hunter2",
                token.text() + "x",
                token.text().substring(1),
                "bramble__" + "a".repeat(43),
                join.text())) {
            assertThatThrownBy(() -> ApiToken.parse(wrong)).isInstanceOfSatisfying(RefusedException.class, refused -> {
                assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.UNAUTHENTICATED);
                if (wrong.length() > 20) {
                    assertThat(refused.getMessage()).doesNotContain(wrong.substring(12, 20));
                }
            });
        }
        assertThatThrownBy(() -> ApiToken.parse(join.text())).hasMessageContaining("this is a join token");
    }

    @Test
    void textOfTheRecordDoesNotShowTheSecret() {
        assertThat(token.toString())
                .contains(token.id())
                .doesNotContain(token.text().substring(20));
    }
}
