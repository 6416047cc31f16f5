package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.BlobId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopyRoundTest {
    private static BlobId blob(int number) {
        return new BlobId("%064x".formatted(number));
    }

    private static NavigableSet<BlobId> set(int... numbers) {
        return new TreeSet<>(IntStream.of(numbers).mapToObj(CopyRoundTest::blob).toList());
    }

    private static List<BlobId> round(Optional<BlobId> lookedAt, List<NavigableSet<BlobId>> sets) {
        List<BlobId> round = new ArrayList<>();
        new CopyRound(sets, lookedAt).forEachRemaining(round::add);
        return round;
    }

    @Test
    void aRoundMeetsEachBlobOnceFromBehindTheLastOne() {
        List<NavigableSet<BlobId>> sets = List.of(set(1, 4, 7), set(), set(2, 4, 9));

        assertThat(round(Optional.empty(), sets)).containsExactly(blob(1), blob(2), blob(4), blob(7), blob(9));
        assertThat(round(Optional.of(blob(4)), sets)).containsExactly(blob(7), blob(9), blob(1), blob(2), blob(4));
        assertThat(round(Optional.of(blob(9)), sets)).containsExactly(blob(1), blob(2), blob(4), blob(7), blob(9));
        assertThat(round(Optional.of(blob(5)), sets))
                .as("the last one is no longer there")
                .containsExactly(blob(7), blob(9), blob(1), blob(2), blob(4));
        assertThat(round(Optional.of(blob(5)), List.of(set()))).isEmpty();
    }

    @Test
    void aSetMayShrinkMeanwhile() {
        NavigableSet<BlobId> some = set(1, 2, 3);
        CopyRound round = new CopyRound(List.of(some), Optional.of(blob(1)));
        assertThat(round.next()).isEqualTo(blob(2));
        some.clear();
        assertThat(round.next()).as("looked up already").isEqualTo(blob(3));
        assertThat(round.hasNext()).isFalse();
    }
}
