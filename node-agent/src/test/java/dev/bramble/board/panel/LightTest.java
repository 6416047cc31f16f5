package dev.bramble.board.panel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeStanding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LightTest {
    private static final long MILLI = 1_000_000;

    private static Lights.Known known(NodeStanding standing, boolean safe, boolean inPlace, boolean sick) {
        return new Lights.Known(false, false, standing, safe, inPlace, sick);
    }

    /** Lit or not, in steps of ten milliseconds over six seconds, which all rhythms divide or exceed. */
    private static List<Boolean> rhythm(Light light) {
        return IntStream.range(0, 600)
                .mapToObj(step -> light.at(step * 10 * MILLI) != Lamp.DARK)
                .toList();
    }

    @Test
    void whoeverSeesNoColoursTellsAllLightsByTheirRhythm() {
        Set<List<Boolean>> rhythms = new HashSet<>();
        for (Light light : Light.values()) {
            assertThat(rhythms.add(rhythm(light))).as("rhythm of %s", light).isTrue();
        }
    }

    @Test
    void onlyOneNeverGoesDarkAndItMeansSafe() {
        List<Light> steady = Arrays.stream(Light.values())
                .filter(light -> !rhythm(light).contains(false))
                .toList();
        assertThat(steady).containsExactly(Light.SAFE);
    }

    @Test
    void lightSaysWhenItChangesNext() {
        for (Light light : Light.values()) {
            long nanos = 0;
            for (int i = 0; i < 30 && light.changesAfter(nanos).isPresent(); i++) {
                Lamp before = light.at(nanos);
                long next = nanos + light.changesAfter(nanos).get().toNanos();
                assertThat(light.at(next - 1))
                        .as("%s just before %d", light, next)
                        .isEqualTo(before);
                assertThat(light.at(next)).as("%s at %d", light, next).isNotEqualTo(before);
                nanos = next;
            }
        }
    }

    @Test
    void patternsAndMeaningsAreToldApartInWordsToo() {
        assertThat(Arrays.stream(Light.values()).map(Light::pattern)).doesNotHaveDuplicates();
        assertThat(Light.WORKING.words()).isEqualTo("slow green – working");
    }

    @Test
    void tableOnThePageOfTheHardwareHasEveryLight() throws IOException {
        String page = Files.readString(Path.of("../hardware/README.md")).replace("**", "");
        for (Light light : Light.values()) {
            assertThat(page.lines()
                            .filter(line ->
                                    line.startsWith("| " + light.pattern() + " |") && line.contains(light.meaning())))
                    .as("line of %s", light)
                    .hasSize(1);
        }
    }

    @Test
    void nodeThatIsDrainedIsSafeByTheWordOfTheLeaderAlone() {
        assertThat(Lights.of(known(NodeStanding.DRAINED, true, false, false))).isEqualTo(Light.SAFE);
        assertThat(Lights.of(known(NodeStanding.DRAINED, false, false, false))).isEqualTo(Light.DRAINING);
        assertThat(Lights.of(known(NodeStanding.DRAINED, true, true, false))).isEqualTo(Light.STOPPED);
        assertThat(Lights.of(new Lights.Known(false, true, NodeStanding.DRAINED, true, false, false)))
                .as("nobody leads")
                .isEqualTo(Light.ALONE);
        for (NodeStanding standing : NodeStanding.values()) {
            boolean isDrained = standing == NodeStanding.DRAINED;
            assertThat(Lights.of(known(standing, true, false, false)) == Light.SAFE)
                    .as(standing.name())
                    .isEqualTo(isDrained);
        }
    }

    @Test
    void boardThatIsSickIsUnpluggedAllTheSameOnceItIsSafe() {
        assertThat(Lights.of(known(NodeStanding.READY, false, false, true))).isEqualTo(Light.TROUBLE);
        assertThat(Lights.of(known(NodeStanding.DRAINED, true, false, true))).isEqualTo(Light.SAFE);
        assertThat(Lights.of(known(NodeStanding.EXPIRED, false, false, false))).isEqualTo(Light.TROUBLE);
    }

    @Test
    void whoeverLooksForABoardSeesThatBeforeAllElse() {
        assertThat(Lights.of(new Lights.Known(true, false, NodeStanding.DRAINED, true, false, true)))
                .isEqualTo(Light.LOCATED);
    }
}
