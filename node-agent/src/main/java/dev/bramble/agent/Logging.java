package dev.bramble.agent;

import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;

/**
 * One line a record on stderr, which systemd and {@code bramble local} keep; the engines speak only when it matters.
 */
public final class Logging {
    /** Date, level, message, and a stack trace if there is one. */
    private static final String FORMAT = "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n";

    /** Engines that report their own course at INFO. Held: the log manager forgets levels of loggers that are not. */
    private static final List<Logger> QUIET = Stream.of(
                    "org.apache.ratis", "org.jgroups", "io.javalin", "org.eclipse.jetty", "com.pi4j")
            .map(Logger::getLogger)
            .toList();

    private Logging() {}

    /** Call before anything logs. */
    public static void start() {
        System.setProperty("java.util.logging.SimpleFormatter.format", FORMAT);
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler handler : root.getHandlers()) {
            handler.setFormatter(new SimpleFormatter());
        }
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
    }
}
