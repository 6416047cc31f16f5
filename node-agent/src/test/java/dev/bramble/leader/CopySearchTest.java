package dev.bramble.leader;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.ledger.BlobRecord;
import dev.bramble.model.BlobId;
import dev.bramble.model.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopySearchTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final CopySearch search = new CopySearch();
    private final TreeMap<BlobId, List<NodeId>> holders = new TreeMap<>();
    private final NavigableSet<BlobId> suspects = new TreeSet<>();
    private final Set<BlobId> underWay = new HashSet<>();
    private long looks;

    private static BlobId blob(int number) {
        return new BlobId("%064x".formatted(number));
    }

    private static CopySearch.Scene scene(long changes, Set<NodeId> gone, Set<NodeId> awaited, NodeId... up) {
        return new CopySearch.Scene(changes, 2, Set.of(up), gone, awaited);
    }

    private static CopySearch.Scene calm() {
        return scene(1, Set.of(), Set.of(), A, B, C);
    }

    private void held(int number, NodeId... by) {
        holders.put(blob(number), List.of(by));
        suspects.add(blob(number));
    }

    private void heldByTwo(int from, int until) {
        IntStream.range(from, until).forEach(number -> held(number, A, B));
    }

    private BlobRecord record(BlobId blob) {
        looks++;
        return new BlobRecord(
                1,
                new TreeSet<>(),
                new TreeSet<>(holders.get(blob)),
                new TreeSet<>(),
                Optional.empty(),
                Optional.empty());
    }

    private Iterator<BlobId> part(CopySearch.Scene scene) {
        return search.in(scene, List.of(suspects), this::record, underWay::contains);
    }

    private List<BlobId> found(CopySearch.Scene scene) {
        List<BlobId> found = new ArrayList<>();
        part(scene).forEachRemaining(found::add);
        return found;
    }

    @Test
    void whatWasLookedAtInVainIsNotLookedAtAgainUntilSomethingChanges() {
        heldByTwo(0, 100);
        assertThat(found(calm())).isEmpty();
        assertThat(looks).isEqualTo(100);
        assertThat(found(calm())).isEmpty();
        assertThat(looks).as("it rests").isEqualTo(100);
        assertThat(found(scene(1, Set.of(B), Set.of(), A, C))).hasSize(100);
        assertThat(looks).isEqualTo(200);
    }

    @Test
    void aMillionAreLookedAtPartByPartAndEachIsFoundInItsTurn() {
        int parts = 5;
        heldByTwo(0, parts * CopySearch.LOOKED_MAX);
        int last = parts * CopySearch.LOOKED_MAX;
        held(last, A);
        for (int part = 0; part < parts; part++) {
            assertThat(found(calm())).isEmpty();
        }
        assertThat(found(calm())).containsExactly(blob(last));
        assertThat(looks).isLessThanOrEqualTo((parts + 1L) * CopySearch.LOOKED_MAX);
    }

    @Test
    void oneWhoseCopyIsUnderWayIsFoundAnewWhenThatComesToNothingHoweverManyOthersThereAre() {
        int parts = 3;
        heldByTwo(0, parts * CopySearch.LOOKED_MAX);
        holders.put(blob(0), List.of(A));
        assertThat(found(calm())).containsExactly(blob(0));
        underWay.add(blob(0));
        for (int pulse = 0; pulse < 2 * parts; pulse++) {
            assertThat(found(calm())).isEmpty();
        }
        underWay.clear();
        List<BlobId> later = new ArrayList<>();
        for (int pulse = 0; pulse < parts; pulse++) {
            later.addAll(found(calm()));
        }
        assertThat(later).contains(blob(0));
    }

    @Test
    void oneThatFoundNoPlaceIsFoundAgainAndWhatANewPlanDidNotAskForComesNext() {
        IntStream.range(0, 10).forEach(number -> held(number, A));
        Iterator<BlobId> part = part(calm());
        assertThat(part.next()).isEqualTo(blob(0));
        assertThat(part.next()).isEqualTo(blob(1));
        assertThat(part(calm()).next()).as("behind the last one").isEqualTo(blob(2));
        assertThat(found(calm()))
                .as("all of them, once")
                .hasSize(10)
                .startsWith(blob(3))
                .endsWith(blob(2));
    }

    @Test
    void onePartFindsNoMoreThanItsLimit() {
        IntStream.range(0, 3 * CopySearch.FOUND_MAX).forEach(number -> held(number, A));
        assertThat(found(calm())).hasSize(CopySearch.FOUND_MAX);
        assertThat(found(calm())).first().isEqualTo(blob(CopySearch.FOUND_MAX));
    }

    @Test
    void nothingIsFoundOfWhichNoHolderIsUpUntilOneIs() {
        held(1, A);
        assertThat(found(scene(1, Set.of(), Set.of(), B, C))).isEmpty();
        assertThat(found(scene(1, Set.of(), Set.of(), B, C))).isEmpty();
        assertThat(found(calm())).containsExactly(blob(1));
    }

    @Test
    void withoutSuspectsItRestsAtOnce() {
        assertThat(part(calm()).hasNext()).isFalse();
    }

    @Test
    void aCopyOnANodeThatIsAwayForAMomentCountsUnlessADrainWaitsForIt() {
        held(1, A, B);
        assertThat(found(scene(1, Set.of(), Set.of(), A, C))).isEmpty();
        assertThat(found(scene(1, Set.of(A), Set.of(A), A, C))).containsExactly(blob(1));
        holders.put(blob(1), List.of(A, B, C));
        assertThat(found(scene(2, Set.of(A), Set.of(A), A, B, C))).isEmpty();
    }
}
