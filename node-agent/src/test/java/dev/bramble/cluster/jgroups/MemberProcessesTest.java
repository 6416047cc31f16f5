package dev.bramble.cluster.jgroups;

import static dev.bramble.cluster.jgroups.Eventually.assertThatSoon;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members as processes of their own, killed, frozen and started again. */
class MemberProcessesTest {
    private static final int HOSTS_TO_ASK = 3;

    @TempDir
    private Path folder;

    private final TestAuthority authority = new TestAuthority();
    private final List<Running> started = new ArrayList<>();
    private List<Integer> ports;

    @BeforeEach
    void findPorts() {
        ports = TestNode.freePorts(16);
    }

    @AfterEach
    void killAll() {
        started.forEach(member -> member.process.destroyForcibly());
    }

    /** One process, and the last list it printed. */
    private final class Running {
        final String node;
        final Process process;
        final List<String> lines = new CopyOnWriteArrayList<>();
        volatile List<String> sees = List.of();

        Running(int number) throws Exception {
            this.node = "n" + number;
            Path own = folder.resolve(node);
            if (!own.toFile().exists()) {
                MemberProcess.save(own, authority, node);
            }
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    MemberProcess.class.getName(),
                    node,
                    Integer.toString(ports.get(number)),
                    own.toString()));
            ports.subList(0, HOSTS_TO_ASK).forEach(port -> command.add("127.0.0.1:" + port));
            this.process = new ProcessBuilder(command).redirectErrorStream(true).start();
            started.add(this);
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (var out = new BufferedReader(new InputStreamReader(process.getInputStream()))) {
                for (String line = out.readLine(); line != null; line = out.readLine()) {
                    lines.add(line);
                    if (line.startsWith("view ")) {
                        sees = List.of(line.split(" ")).subList(2, line.split(" ").length);
                    }
                }
            } catch (IOException killed) {
                lines.add("ended");
            }
        }

        void signal(String name) throws Exception {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }

        void tell(String command) throws IOException {
            OutputStream in = process.getOutputStream();
            in.write((command + "\n").getBytes(StandardCharsets.US_ASCII));
            in.flush();
        }
    }

    private List<Running> start(int count) throws Exception {
        List<Running> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new Running(i));
        }
        return members;
    }

    private static void assertTogether(List<Running> members) {
        List<String> names =
                members.stream().map(member -> member.node).sorted().toList();
        assertThatSoon(() -> assertThat(members)
                .allSatisfy(member -> assertThat(member.sees)
                        .as(() -> String.join("\n", member.lines))
                        .isEqualTo(names)));
    }

    @Test
    void killedAndFrozenMembersLeaveAndComeBack() throws Exception {
        List<Running> members = start(5);
        assertTogether(members);

        // Killed, and started again at once on the same port: listed anew when the old process has left.
        Running killed = members.removeLast();
        killed.process.destroyForcibly();
        assertTogether(members);
        members.add(new Running(4));
        assertTogether(members);
        members.removeFirst().process.destroyForcibly();
        Running again = new Running(0);
        members.add(again);
        assertTogether(members);
        assertThat(again.lines).noneMatch(line -> line.startsWith("refused"));

        // Frozen while two others send it more than any buffer holds: only it leaves, and nobody is held up.
        List<Running> lively = new ArrayList<>(members);
        Running frozen = lively.remove(1);
        frozen.signal("STOP");
        lively.get(0).tell("flood " + frozen.node + " 2000 10000");
        lively.get(1).tell("flood " + frozen.node + " 2000 10000");
        List<Integer> before =
                lively.stream().map(member -> member.lines.size()).toList();
        assertTogether(lively);
        frozen.signal("CONT");
        assertTogether(members);
        for (int i = 0; i < lively.size(); i++) {
            Running member = lively.get(i);
            assertThat(member.lines.subList(before.get(i), member.lines.size()))
                    .filteredOn(line -> line.startsWith("view "))
                    .allSatisfy(view -> assertThat(view.split(" "))
                            .contains(lively.stream().map(other -> other.node).toArray(String[]::new)));
        }
    }

    @Test
    void everyoneKnowsHowAMemberLeft() throws Exception {
        List<Running> members = start(5);
        assertTogether(members);
        List<Running> rest = new ArrayList<>(members.subList(0, 2));

        Running stopped = members.get(2);
        stopped.process.getOutputStream().close();
        assertLeft(members, stopped, "its agent said goodbye");

        Running killed = members.get(3);
        killed.process.destroyForcibly();
        assertLeft(members, killed, "its connection closed and it did not answer for ([012]\\.\\d|3\\.0) s");

        Running frozen = members.get(4);
        frozen.signal("STOP");
        assertLeft(members, frozen, "it was silent for ([3-9]|\\d\\d)\\.\\d s");
        frozen.signal("CONT");
        rest.add(frozen);
        assertTogether(rest);
    }

    /** The first two, one of which coordinates. */
    private static void assertLeft(List<Running> members, Running gone, String evidence) {
        assertThatSoon(() -> assertThat(members.subList(0, 2))
                .allSatisfy(member -> assertThat(member.lines)
                        .filteredOn(line -> line.startsWith("left " + gone.node + ":"))
                        .singleElement()
                        .asString()
                        .matches("left " + gone.node + ": " + evidence)));
    }

    @Test
    @Tag("slow")
    void sixteenThatStartAtOnceFormOneCluster() throws Exception {
        List<Running> members = start(16);
        assertTogether(members);
    }

    @Test
    @Tag("slow")
    void membersThatAllLosePowerAtOnceMeetAgain() throws Exception {
        List<Running> members = start(6);
        assertTogether(members);
        members.forEach(member -> member.process.destroyForcibly());
        // The configured hosts are gone for good; the others know each other from before.
        assertTogether(new ArrayList<>(
                IntStream.range(HOSTS_TO_ASK, 6).mapToObj(this::startUnchecked).toList()));
    }

    private Running startUnchecked(int number) {
        try {
            return new Running(number);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }
}
