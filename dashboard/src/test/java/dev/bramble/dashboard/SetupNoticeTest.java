package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.dashboard.session.SetupNotice;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.UserRole;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How the first admin learns the code. */
class SetupNoticeTest {
    private static final String CODE = "abcd-efgh-jkmn-pqrs";

    private final InMemoryControl control = new InMemoryControl();

    private List<String> said(Optional<String> code, long behindMillis, int looks) {
        try (LogRecords log = new LogRecords()) {
            SetupNotice notice = new SetupNotice(control, code, 8443);
            for (int i = 0; i < looks; i++) {
                control.bramble.behindMillis = behindMillis;
                notice.look(control.read(0, views -> Seen.of(views, 1_000))
                        .toCompletableFuture()
                        .join());
            }
            return log.saying(CODE);
        }
    }

    @Test
    void firstHeadSaysTheCodeOnceWhileThereIsNoAdmin() {
        assertThat(said(Optional.of(CODE), 10, 3))
                .containsExactly(
                        "nobody has set up this bramble yet: open /setup on port 8443 of this head, and give the"
                                + " code " + CODE + ", which works once");
    }

    @Test
    void nobodySaysItOnceItWasUsedAndOtherHeadsNever() {
        assertThat(said(Optional.empty(), 10, 3)).isEmpty();
        control.bramble.accounts.add("ada", UserRole.ADMIN, "a long password");
        assertThat(said(Optional.of(CODE), 10, 3)).isEmpty();
    }

    @Test
    void headThatDoesNotHearTheBrambleYetDoesNotKnowWhetherItIsNeeded() {
        assertThat(said(Optional.of(CODE), -1, 3)).isEmpty();
        assertThat(said(Optional.of(CODE), 60_000, 3)).isEmpty();
    }
}
