package dev.bramble.dashboard.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Breaks a {@link Fleet} at random, one fault after the other, with some that last while the next one comes. */
final class FleetChaos {
    /** So few agents are disturbed at a time that work goes on, and so many that leaders lose their majority. */
    private static final int DISTURBED_MAX = 2;

    private static final long PAUSE_MILLIS_MIN = 1_500;
    private static final long PAUSE_MILLIS_MAX = 4_500;

    /** What began earlier has ended, or is lost already. */
    private static final long BUSY_MILLIS_MAX = 10_000;

    /** What can break. */
    private enum Fault {
        KILLED_AGENT,
        KILLED_LEADER,
        FROZEN_AGENT,
        KILLED_HEAD,
        CUT_AGENT,
        CORDONED_AGENT,
        DRAINED_AGENT,
        ALL_KILLED
    }

    /** A fault of one agent: when, and whether the times after it are those of this fault alone. */
    private record Hit(Fault fault, String node, long millis, boolean alone) {}

    private final Fleet fleet;
    private final Path marks;
    private final SplittableRandom random;
    private final Thread thread = Thread.ofPlatform().name("chaos").daemon().unstarted(this::run);
    private final Map<Fault, Integer> counts = new TreeMap<>();
    private final List<Hit> hits = new ArrayList<>();
    private final List<Long> acceptedAfterLeader = new ArrayList<>();
    private final List<Long> acceptedAfterAll = new ArrayList<>();
    /** Each waits by itself: who waits for a leader waits for boards that one of these plugs in again. */
    private final List<Thread> mendings = new ArrayList<>();

    private final Set<String> disturbed = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private int probes;
    private volatile boolean drained;
    private volatile boolean over;
    private volatile Throwable failure;

    FleetChaos(Fleet fleet, Path marks, SplittableRandom random) {
        this.fleet = fleet;
        this.marks = marks;
        this.random = random;
        if (!fleet.hasCables()) {
            System.out.println("nobody is cut off: networks of their own need root");
        }
    }

    void start() {
        thread.start();
    }

    /** Nothing breaks any more, and all that was broken is mended. */
    void stop() throws InterruptedException {
        over = true;
        thread.join();
        rethrow();
        for (Thread mending : mendings) {
            mending.join();
        }
        rethrow();
        fleet.agents().forEach(this::bringBack);
    }

    void rethrow() {
        if (failure != null) {
            throw new AssertionError("the chaos itself failed: " + failure.getMessage(), failure);
        }
    }

    private void run() {
        try {
            int sinceAll = 0;
            while (!over) {
                pause(PAUSE_MILLIS_MIN + random.nextLong(PAUSE_MILLIS_MAX - PAUSE_MILLIS_MIN));
                if (over) {
                    return;
                }
                if (++sinceAll == 25) {
                    sinceAll = 0;
                    killAll();
                } else {
                    one(Fault.values()[random.nextInt(Fault.ALL_KILLED.ordinal())]);
                }
            }
        } catch (Throwable thrown) {
            failure = thrown;
        }
    }

    private void pause(long millis) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (System.nanoTime() < end && !over) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Mends at its time, or at once when all is over. */
    private void later(Duration after, String node, Runnable mend) {
        disturbed.add(node);
        mendings.add(Thread.ofVirtual().start(() -> {
            try {
                pause(after.toMillis());
                mend.run();
                disturbed.remove(node);
            } catch (Throwable thrown) {
                failure = thrown;
            }
        }));
    }

    private void one(Fault fault) {
        boolean alone = disturbed.isEmpty() && allUp();
        boolean ofLeader = fault == Fault.KILLED_LEADER;
        boolean ofHead = fault == Fault.KILLED_HEAD;
        if (!ofHead && disturbed.size() >= DISTURBED_MAX) {
            return;
        }
        String node = ofLeader ? fleet.leader() : agent();
        if (!ofHead && disturbed.contains(node)) {
            return;
        }
        switch (fault) {
            case KILLED_AGENT, KILLED_LEADER -> {
                Duration off = Duration.ofMillis(random.nextLong(10_000));
                hit(fault, node, alone);
                fleet.kill(List.of(node), off);
                // Until it has joined again, another fault beside this one would spoil the times.
                later(off.plusSeconds(2), node, () -> {});
                if (ofLeader) {
                    acceptedAfterLeader.add(millisUntilAccepted());
                }
            }
            case FROZEN_AGENT -> {
                hit(fault, node, alone);
                fleet.signal(node, "STOP");
                later(Duration.ofMillis(500 + random.nextLong(15_000)), node, () -> fleet.signal(node, "CONT"));
            }
            case KILLED_HEAD -> {
                count(fault);
                fleet.kill(List.of(any(fleet.heads())), Duration.ofMillis(random.nextLong(5_000)));
            }
            case CUT_AGENT -> {
                if (fleet.hasCables()) {
                    hit(fault, node, alone);
                    fleet.pullCable(node);
                    later(Duration.ofMillis(500 + random.nextLong(15_000)), node, () -> fleet.plugInCable(node));
                }
            }
            case CORDONED_AGENT -> {
                if (accepted("PUT", "/nodes/" + node + "/cordon", "{\"reason\": \"chaos\"}")) {
                    count(fault);
                    later(Duration.ofMillis(random.nextLong(10_000)), node, () -> bringBack(node));
                }
            }
            case DRAINED_AGENT -> drain(node);
            case ALL_KILLED -> killAll();
        }
    }

    private void drain(String node) {
        String[] modes = {"finish", "checkpoint", "move"};
        String body = "{\"reason\": \"chaos\", \"deadline\": \"10s\", \"grace\": \"2s\", \"mode\": \""
                + modes[random.nextInt(3)] + "\"}";
        if (accepted("PUT", "/nodes/" + node + "/drain", body)) {
            count(Fault.DRAINED_AGENT);
            drained = true;
            later(Duration.ofMillis(1_000 + random.nextLong(20_000)), node, () -> bringBack(node));
        }
    }

    private void killAll() {
        count(Fault.ALL_KILLED);
        List<String> all = new ArrayList<>(fleet.agents());
        all.addAll(fleet.heads());
        fleet.kill(all, Duration.ZERO);
        acceptedAfterAll.add(millisUntilAccepted());
    }

    /** Ends a drain and a cordon, if there is one. */
    private void bringBack(String node) {
        if (drained) {
            fleet.write("DELETE", "/nodes/" + node + "/drain", "");
        }
        fleet.await(node + " may be used again", () -> {
            fleet.write("DELETE", "/nodes/" + node + "/cordon", "");
            return fleet.read("/nodes/" + node).get("standing").asString().equals("ready");
        });
    }

    /** Whether an order was taken; why it was not is in the report. */
    private boolean accepted(String method, String path, String body) {
        String order = method + " " + path.replaceFirst("node\\d+", "NODE");
        return fleet.write(method, path, body)
                .filter(answer -> {
                    if (answer.statusCode() / 100 != 2) {
                        refusals.merge(
                                order + " was refused, " + answer.statusCode() + " " + sentence(answer.body()),
                                1,
                                Integer::sum);
                    }
                    return answer.statusCode() / 100 == 2;
                })
                .isPresent();
    }

    private static String sentence(String problem) {
        return problem.replaceAll("(?s).*\"detail\":\"([^\"]*)\".*", "$1").replaceAll("node\\d+", "NODE");
    }

    private boolean allUp() {
        return fleet.read("/bramble").get("nodesUp").asInt() == fleet.agents().size();
    }

    /** Mostly one that has something to lose. */
    private String agent() {
        try {
            long now = System.currentTimeMillis();
            List<String> busy = List.copyOf(Marks.read(marks).busy(now, BUSY_MILLIS_MAX));
            return busy.isEmpty() || random.nextInt(4) == 0 ? any(fleet.agents()) : any(busy);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private String any(List<String> names) {
        return names.get(random.nextInt(names.size()));
    }

    private void hit(Fault fault, String node, boolean alone) {
        count(fault);
        hits.add(new Hit(fault, node, System.currentTimeMillis(), alone));
    }

    private void count(Fault fault) {
        counts.merge(fault, 1, Integer::sum);
    }

    private long millisUntilAccepted() {
        long begun = System.nanoTime();
        String body = "{\"name\": \"probe\", \"command\": [\"true\"], \"needs\": {\"cpus\": 1, \"memory\": \"16M\"}}";
        fleet.submit("probe-" + ++probes, body);
        return (System.nanoTime() - begun) / 1_000_000;
    }

    /** How many faults there were, and how long work stood still after them. */
    String report(Marks marks) {
        StringBuilder report = new StringBuilder("faults: ").append(counts);
        refusals.forEach((order, times) ->
                report.append('\n').append("  ").append(times).append(" times ").append(order));
        for (Fault fault : List.of(Fault.KILLED_AGENT, Fault.KILLED_LEADER, Fault.FROZEN_AGENT, Fault.CUT_AGENT)) {
            report.append('\n').append(times(fault + ", its tasks begin elsewhere", marks, fault, false));
            report.append('\n').append(times(fault + ", the only fault then", marks, fault, true));
        }
        report.append('\n').append(line("KILLED_LEADER, next accepted job", acceptedAfterLeader));
        report.append('\n').append(line("ALL_KILLED and started again, next accepted job", acceptedAfterAll));
        return report.toString();
    }

    private String times(String what, Marks marks, Fault fault, boolean alone) {
        List<Long> millis = new ArrayList<>();
        for (Hit hit : hits) {
            if (hit.fault == fault && (hit.alone || !alone)) {
                millis.addAll(marks.millisUntilElsewhere(hit.node, hit.millis));
            }
        }
        return line(what, millis);
    }

    private static String line(String what, List<Long> millis) {
        if (millis.isEmpty()) {
            return "  " + what + ": never";
        }
        List<Long> sorted = millis.stream().sorted(Comparator.naturalOrder()).toList();
        return "  %s: %d times, p50 %d ms, p95 %d ms, most %d ms"
                .formatted(
                        what,
                        sorted.size(),
                        sorted.get(sorted.size() / 2),
                        sorted.get((int) Math.ceil(0.95 * sorted.size()) - 1),
                        sorted.getLast());
    }
}
