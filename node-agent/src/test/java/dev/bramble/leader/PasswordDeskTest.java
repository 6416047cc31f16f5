package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.Password;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.time.SimTime;
import dev.bramble.trust.PasswordHashing;
import dev.bramble.trust.SimPasswordHashing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PasswordDeskTest {
    private final SimTime time = new SimTime();
    private final List<Runnable> elsewhere = new ArrayList<>();
    private final List<String> looked = new ArrayList<>();
    private final SimPasswordHashing plain = new SimPasswordHashing();
    private final PasswordDesk desk = new PasswordDesk(time.newLoop(), elsewhere::add, new PasswordHashing() {
        @Override
        public String hash(Password password) {
            return plain.hash(password);
        }

        @Override
        public boolean matches(Password password, String phc) {
            looked.add(phc);
            return plain.matches(password, phc);
        }

        @Override
        public String decoy() {
            return "decoy";
        }
    });

    private void step() {
        while (time.step()) {
            continue;
        }
    }

    @Test
    void noMoreThanTwoAreHashedAtOnceAndTheQueueHasAnEnd() {
        List<CompletableFuture<String>> hashes = new ArrayList<>();
        for (int i = 0; i < PasswordDesk.AT_ONCE_MAX + PasswordDesk.WAITING_MAX; i++) {
            hashes.add(desk.hash(new Password("password " + i)).toCompletableFuture());
        }
        assertThat(elsewhere).hasSize(PasswordDesk.AT_ONCE_MAX);
        assertThatThrownBy(() -> desk.hash(new Password("one too many")))
                .isInstanceOfSatisfying(RefusedException.class, refused -> {
                    assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.LIMIT);
                    assertThat(refused.refusal().retryAfterSeconds()).isPresent();
                });
        for (int done = 0; done < hashes.size(); done++) {
            elsewhere.removeFirst().run();
            step();
            assertThat(elsewhere.size()).isLessThanOrEqualTo(PasswordDesk.AT_ONCE_MAX);
        }
        assertThat(hashes).allMatch(CompletableFuture::isDone);
    }

    @Test
    void anUnknownUserCostsTheSameWorkAndNeverMatches() {
        CompletableFuture<Boolean> unknown =
                desk.matches(new Password("whatever it is"), Optional.empty()).toCompletableFuture();
        elsewhere.removeFirst().run();
        step();
        assertThat(looked).containsExactly("decoy");
        assertThat(unknown).isCompletedWithValue(false);
    }

    @Test
    void answersComeBackOnTheLoopAlone() {
        String hash = plain.hash(new Password("correct horse"));
        CompletableFuture<Boolean> answer =
                desk.matches(new Password("correct horse"), Optional.of(hash)).toCompletableFuture();
        elsewhere.removeFirst().run();
        assertThat(answer).isNotDone();
        step();
        assertThat(answer).isCompletedWithValue(true);
    }
}
