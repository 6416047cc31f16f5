package dev.bramble.ledger.ratis;

import dev.bramble.ledger.Ledger;
import dev.bramble.model.NodeId;
import dev.bramble.time.ThreadEventLoop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One voter as a process of its own, to be killed. Takes commands on its input and answers each with a line; ends when
 * its input does.
 *
 * <p>Arguments: root folder, node, port, {@code found} or {@code open}.
 */
final class VoterMain {
    private static final Logger ENGINE_LOG = Logger.getLogger("org.apache.ratis");

    private final Journal journal = new Journal();
    private final PrintStream out = System.out;
    private final RatisLedger ledger;

    private VoterMain(String[] args) throws IOException, GeneralSecurityException {
        Path root = Path.of(args[0]);
        RatisLedger.Settings settings = RatisLedger.Settings.of(
                        root.resolve(args[1]),
                        new NodeId(args[1]),
                        Voter.LEDGER,
                        "127.0.0.1:" + args[2],
                        "127.0.0.1",
                        Authority.readNode(root.resolve("tls-" + args[1])))
                .withElectionTimeouts(Voter.ELECTION_TIMEOUT_MIN, Voter.ELECTION_TIMEOUT_MAX)
                .withSnapshotEveryEntries(Integer.getInteger("bramble.test.snapshotEvery", 20_000));
        ThreadEventLoop loop = new ThreadEventLoop("loop", failure -> {
            failure.printStackTrace();
            System.exit(3);
        });
        CompletionStage<RatisLedger> started = args[3].equals("found")
                ? RatisLedger.found(settings, journal, loop)
                : RatisLedger.open(settings, journal, loop);
        ledger = Voter.get(started);
    }

    public static void main(String[] args) throws IOException, GeneralSecurityException {
        ENGINE_LOG.setLevel(Level.parse(System.getProperty("bramble.test.log", "OFF")));
        VoterMain voter = new VoterMain(args);
        voter.out.println("up");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = in.readLine()) != null; ) {
            voter.out.println(voter.answer(line.split(" ")));
        }
        System.exit(0);
    }

    private String answer(String[] command) throws IOException {
        try {
            return switch (command[0]) {
                case "self" -> ledger.self().storage() + " " + ledger.self().address();
                case "status" -> status();
                case "add" -> done(ledger.addVoter(new Ledger.Peer(new NodeId(command[1]), command[2], command[3])));
                case "transfer" -> done(ledger.transferLeadership(new NodeId(command[1]), Duration.ofSeconds(10)));
                case "append" -> append(command[1], integer(command[2]), integer(command[3]), integer(command[4]));
                case "load" -> load(command[1], integer(command[2]), integer(command[3]));
                case "lines" -> {
                    Files.write(Path.of(command[1]), journal.lines());
                    yield "ok";
                }
                default -> "unknown command " + Arrays.toString(command);
            };
        } catch (RuntimeException e) {
            return "error " + e.getMessage();
        }
    }

    private static int integer(String word) {
        return Integer.parseInt(word);
    }

    private static String done(CompletionStage<Void> stage) {
        Voter.get(stage);
        return "ok";
    }

    private String status() {
        Ledger.Status status = ledger.status();
        return "leading=" + status.leading() + " term=" + status.term() + " size=" + journal.size() + " voters="
                + status.voters().size() + " trouble=" + status.trouble().orElse("none");
    }

    /** Appends {@code count} lines of {@code bytes} each and says how long it took. */
    private String append(String prefix, int count, int bytes, int inFlight) {
        String padding = " " + "x".repeat(Math.max(0, bytes - prefix.length() - 6));
        long[] micros = new long[count];
        Semaphore free = new Semaphore(inFlight);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        long begin = System.nanoTime();
        for (int i = 0; i < count && failure.get() == null; i++) {
            free.acquireUninterruptibly();
            long sent = System.nanoTime();
            int number = i;
            ledger.append(Voter.bytes(prefix + number + padding)).whenComplete((index, failed) -> {
                micros[number] = (System.nanoTime() - sent) / 1000;
                if (failed != null) {
                    failure.set(failed);
                }
                free.release();
            });
        }
        free.acquireUninterruptibly(inFlight);
        if (failure.get() != null) {
            return "error " + failure.get();
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        Arrays.sort(micros);
        return String.format(
                "%.0f/s p50 %.2f p99 %.2f max %.1f ms",
                count / seconds, micros[count / 2] / 1e3, micros[count * 99 / 100] / 1e3, micros[count - 1] / 1e3);
    }

    /** Appends for ever, until an append fails; prints each line that was acknowledged. */
    private String load(String prefix, int bytes, int inFlight) {
        AtomicInteger next = new AtomicInteger();
        String padding = " " + "x".repeat(bytes);
        for (int i = 0; i < inFlight; i++) {
            appendNext(prefix, padding, next);
        }
        return "ok";
    }

    private void appendNext(String prefix, String padding, AtomicInteger next) {
        String line = prefix + next.getAndIncrement();
        ledger.append(Voter.bytes(line + padding)).whenComplete((index, failure) -> {
            if (failure == null) {
                out.println("acked " + line);
                appendNext(prefix, padding, next);
            } else {
                out.println("stopped " + failure);
            }
        });
    }
}
