package dev.bramble.board.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.board.Watcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** With a limit: a word that was not sent is waited for. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SystemdWatcherTest {
    /** Binds the socket that it is told, and prints a line for each datagram, the first when it is bound. */
    private static final String LISTENER = """
            use Socket; $| = 1; my $name = shift; $name =~ s/^@/\\0/;
            socket(my $in, AF_UNIX, SOCK_DGRAM, 0) or die $!; bind($in, pack_sockaddr_un($name)) or die $!;
            print "bound\\n"; while (defined(recv($in, my $text, 4096, 0))) { print "$text\\n"; }
            """;

    @TempDir
    Path folder;

    private Process listener;

    private BufferedReader listenAt(String address) throws IOException {
        listener = new ProcessBuilder("perl", "-e", LISTENER, address)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader heard = listener.inputReader();
        assertThat(heard.readLine()).isEqualTo("bound");
        return heard;
    }

    @AfterEach
    void end() throws InterruptedException {
        if (listener != null) {
            listener.destroy();
            listener.waitFor();
        }
    }

    @Test
    void systemdHearsWhatItIsTold() throws IOException {
        String address = folder.resolve("notify").toString();
        BufferedReader heard = listenAt(address);
        Watcher watcher = SystemdWatcher.of(Map.of("NOTIFY_SOCKET", address), 7);
        watcher.ready();
        watcher.status("working\nhard – é");
        watcher.alive();
        watcher.stopping();
        assertThat(heard.readLine()).isEqualTo("READY=1");
        assertThat(heard.readLine()).isEqualTo("STATUS=working hard – é");
        assertThat(heard.readLine()).isEqualTo("WATCHDOG=1");
        assertThat(heard.readLine()).isEqualTo("STOPPING=1");
    }

    @Test
    void nameWithoutAFileIsUnderstood() throws IOException {
        String address = "@bramble-test-" + ProcessHandle.current().pid();
        BufferedReader heard = listenAt(address);
        SystemdWatcher.of(Map.of("NOTIFY_SOCKET", address), 7).ready();
        assertThat(heard.readLine()).isEqualTo("READY=1");
    }

    @Test
    void watchdogIsForTheProcessThatIsMeant() {
        Map<String, String> mine = Map.of("NOTIFY_SOCKET", "/x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "7");
        assertThat(SystemdWatcher.of(mine, 7).patience()).contains(Duration.ofSeconds(30));
        assertThat(SystemdWatcher.of(mine, 8).patience()).isEmpty();
        assertThat(SystemdWatcher.of(Map.of("NOTIFY_SOCKET", "/x", "WATCHDOG_USEC", "soon"), 7)
                        .patience())
                .isEmpty();
    }

    @Test
    void withoutASocketNobodyWatchesAndOneThatIsGoneHarmsNothing() {
        assertThat(SystemdWatcher.of(Map.of(), 7)).isSameAs(Watcher.NOBODY);
        assertThat(SystemdWatcher.of(Map.of("NOTIFY_SOCKET", "vsock:2:1234"), 7))
                .isSameAs(Watcher.NOBODY);
        Watcher gone = SystemdWatcher.of(
                Map.of("NOTIFY_SOCKET", folder.resolve("nobody").toString()), 7);
        gone.ready();
        gone.alive();
    }
}
