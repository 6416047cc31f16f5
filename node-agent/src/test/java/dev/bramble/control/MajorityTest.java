package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MajorityTest {
    private static List<Views.VoterView> voters(int all, int up) {
        return IntStream.range(0, all)
                .mapToObj(i -> new Views.VoterView(new NodeId("n" + i), "n" + i, false, i < up, "", "", ""))
                .toList();
    }

    private static Optional<String> missing(List<Views.VoterView> voters) {
        return Majority.missing(voters, false);
    }

    @Test
    void halfOfTheVotersIsNoMajority() {
        assertThat(missing(voters(2, 1)).orElseThrow()).startsWith("1 of 2 voters is up: nothing can be accepted");
        assertThat(missing(voters(3, 0)).orElseThrow())
                .as("who reaches nobody is likely to be the one that is cut off")
                .startsWith("this head reaches none of the 3 voters")
                .doesNotContain("recover");
        assertThat(missing(voters(3, 1)).orElseThrow()).contains("`bramble voters recover`");
        assertThat(missing(voters(5, 2)).orElseThrow()).startsWith("2 of 5 voters are up");
        assertThat(Majority.missing(voters(3, 1), true).orElseThrow())
                .contains("goes on when boards are switched on again")
                .doesNotContain("recover");
        assertThat(missing(voters(3, 2))).isEmpty();
        assertThat(missing(voters(1, 1))).isEmpty();
    }

    @Test
    void ofVotersThatNobodyHasNamedYetNothingIsSaid() {
        assertThat(missing(List.of())).isEmpty();
    }
}
