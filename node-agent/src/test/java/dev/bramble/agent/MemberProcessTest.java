package dev.bramble.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemberProcessTest {
    @Test
    void saysTheFirstReasonOnlyWhenItIsRefusedWhileItStarts() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RefusedAtOnce.class.getName())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(MemberProcess.EXIT_REFUSED);
        assertThat(said).isEqualTo("the bramble said no\n");
    }

    /** Another thread ends the process while it starts, and its start comes to an end, or fails, after that. */
    static final class RefusedAtOnce {
        public static void main(String[] arguments) {
            Thread starting = Thread.currentThread();
            MemberProcess.run(new String[] {"agent.yaml"}, "refused-at-once FILE", config -> {
                // The process is ending from here on, and ends when its start has returned.
                Runtime.getRuntime().addShutdownHook(new Thread(() -> join(starting)));
                MemberProcess.refused("the bramble said no");
                while (!isEnding()) {
                    Thread.onSpinWait();
                }
                throw new IOException("the channel is closed");
            });
        }

        private static boolean isEnding() {
            try {
                Thread hook = new Thread();
                Runtime.getRuntime().addShutdownHook(hook);
                Runtime.getRuntime().removeShutdownHook(hook);
                return false;
            } catch (IllegalStateException ending) {
                return true;
            }
        }

        private static void join(Thread starting) {
            try {
                starting.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
