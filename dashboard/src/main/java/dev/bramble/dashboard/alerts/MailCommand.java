package dev.bramble.dashboard.alerts;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program of the operator's choice with a message on its stdin: a subject line, an empty line, a text. */
final class MailCommand implements Messenger {
    /** A mail server that is asked twice answers within that. */
    static final Duration RUN_MAX = Duration.ofSeconds(30);

    private final List<String> command;

    /** @param command program and arguments; no shell reads them, and nothing of an alert is among them */
    MailCommand(List<String> command) {
        this.command = List.copyOf(command);
    }

    @Override
    public String name() {
        return "command " + command.getFirst();
    }

    @Override
    public void tell(Notice notice) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            // Smaller than a pipe holds, so a program that reads nothing holds up nobody.
            try (OutputStream stdin = process.getOutputStream()) {
                String text = "Subject: " + notice.subject() + "\n\n" + notice.text();
                stdin.write(text.getBytes(StandardCharsets.UTF_8));
            } catch (IOException unread) {
                // It may need no text; its exit code says whether it is content.
            }
            if (!process.waitFor(RUN_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("it did not end within " + RUN_MAX.toSeconds() + " s and was stopped");
            }
            if (process.exitValue() != 0) {
                throw new IOException("it ended with exit code " + process.exitValue());
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
