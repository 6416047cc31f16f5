package dev.bramble.cluster.jgroups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LanDoorsTest {
    private final SortedMap<String, SortedSet<String>> heard = new TreeMap<>();

    private void hear(String bramble, String door) throws IOException {
        LanDoors.note(heard, Introduction.bytes(out -> {
            out.writeUTF("bramble beacon 1");
            out.writeUTF(bramble);
            out.writeInt(7800);
            out.writeUTF(door);
        }));
    }

    @Test
    void aBoardHearsTheDoorsOfTheOneBrambleInItsNetwork() throws Exception {
        hear("b1", "10.0.0.2:7802");
        hear("b1", "10.0.0.1:7802");
        hear("b1", "10.0.0.2:7802");
        assertThat(LanDoors.only(heard)).containsExactly("10.0.0.1:7802", "10.0.0.2:7802");
    }

    @Test
    void membersWithoutADoorAndOtherDatagramsAreNoDoors() throws Exception {
        hear("b1", "");
        LanDoors.note(heard, new byte[] {0, 3, 'a', 'b'});
        LanDoors.note(heard, Introduction.bytes(out -> {
            out.writeUTF("bramble beacon 1");
            out.writeUTF("b1");
            out.writeInt(7800);
        }));
        assertThatThrownBy(() -> LanDoors.only(heard)).hasMessage("no bramble is heard in this network");
    }

    @Test
    void betweenTwoBramblesAPersonDecides() throws Exception {
        hear("b1", "10.0.0.1:7802");
        hear("b2", "10.0.0.9:7802");
        assertThatThrownBy(() -> LanDoors.only(heard))
                .hasMessageContainingAll("10.0.0.1:7802", "10.0.0.9:7802", "join:");
    }

    @Test
    void aLiarFillsNoMemoryWithDoorsOfOneBramble() throws Exception {
        for (int i = 0; i < 1000; i++) {
            hear("b1", "10.0.0.1:" + i);
        }
        assertThat(LanDoors.only(heard)).hasSize(16);
    }
}
