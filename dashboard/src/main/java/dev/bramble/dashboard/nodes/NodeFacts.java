package dev.bramble.dashboard.nodes;

import dev.bramble.control.CardLife;
import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.BoardDetail;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeRole;
import dev.bramble.model.PanelReport;
import dev.bramble.model.RackLayout;
import dev.bramble.model.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleFunction;
import java.util.function.Function;

/** What is known of a board and of what its node has, figure by figure. Pure. */
public final class NodeFacts {
    /** Some of a node's reports: a figure that is older says how old it is. */
    private static final Duration FRESH_MAX = Duration.ofSeconds(10);
    /** As long as a disk that takes writes is not tried again, and a little. */
    private static final Duration TRIED_MAX = Duration.ofMinutes(11);
    /** Fewer are found sooner in their places. */
    private static final int TOGETHER_MIN = 3;

    /** From here on a node that came and went is worth a word; from {@link #FLAPPING_MAX} on it is set aside. */
    private static final double FLAPPING_SHOWN_MIN = 1;

    private static final double FLAPPING_MAX = 4;

    /**
     * A figure.
     *
     * @param text with its unit, or "unknown" and why
     * @param percent of a bar; −1 for none
     * @param tone of the text: empty, unknown, old, or trouble
     */
    public record Fact(String label, String text, int percent, String tone) {
        static Fact plain(String label, String text) {
            return new Fact(label, text, -1, "");
        }
    }

    private NodeFacts() {}

    /**
     * What the board says of itself; of one that is not heard now, what it said last.
     *
     * @param last what this head kept of it, for when the bramble has nothing any more
     * @param enduranceBytes what its card bears, all in all
     */
    static List<Fact> board(
            Views.NodeView node, Views.Summary summary, Optional<BoardHealth> last, double enduranceBytes) {
        Optional<BoardHealth> known = node.health().or(() -> last);
        if (known.isEmpty()) {
            return List.of(new Fact("board", "unknown: this head has not heard it report yet", -1, "unknown"));
        }
        boolean isOld = node.health().isEmpty() || !NodeWords.isFresh(node, summary);
        return board(known.get(), isOld, Math.max(0, node.heardMillisAgo()), enduranceBytes);
    }

    /** @param isOld whether all of it is; its age stands above it then */
    static List<Fact> board(BoardHealth health, boolean isOld, long heardMillisAgo, double enduranceBytes) {
        Facts facts = new Facts(health, isOld, heardMillisAgo);
        facts.plain("board", health.board());
        facts.figure("temperature", BoardHealth::temperatureCelsius, BoardWords::celsius);
        facts.figure("clock now", BoardHealth::speed, share -> Math.round(share * 100) + " % of the full clock");
        facts.clock();
        facts.figure("load", BoardHealth::load1, load -> String.format(Locale.ROOT, "%.2f", load));
        facts.used("memory", BoardHealth::memoryTotalBytes, BoardHealth::memoryFreeBytes);
        facts.used("disk", BoardHealth::diskTotalBytes, BoardHealth::diskFreeBytes);
        facts.state("power", BoardHealth::underVoltage, 1, "under-voltage now", "good");
        facts.state(
                "power since boot",
                of -> of.underVoltageSinceBoot().orElse(HealthJson.UNTOLD),
                1,
                "under-voltage at some time",
                "always good");
        facts.state("throttled", BoardHealth::throttled, 1, "yes, now", "no");
        facts.state(
                "throttled since boot",
                of -> of.throttledSinceBoot().orElse(HealthJson.UNTOLD),
                1,
                "at some time",
                "never");
        facts.caps();
        facts.figure(
                "core voltage", detail(BoardDetail::coreVolts), volts -> String.format(Locale.ROOT, "%.2f V", volts));
        facts.looked("card", BoardHealth::diskWritable, "a write was refused", "can be written");
        facts.looked("root", detail(BoardDetail::rootWritable), "takes no writes", "can be written");
        facts.card(enduranceBytes);
        facts.state("calendar clock", BoardHealth::clockSynchronised, 0, "not synchronised", "synchronised");
        facts.figure("up for", detail(BoardDetail::uptimeSeconds), seconds -> Shown.time((long) (seconds * 1000)));
        facts.fan();
        health.panel().ifPresent(facts::panel);
        return facts.tidy();
    }

    private static Function<BoardHealth, Reading> detail(Function<BoardDetail, Reading> which) {
        return health -> which.apply(health.detailOrUnknown());
    }

    /** What it is in the bramble, and what it offers. */
    static List<Fact> place(Views.NodeView node, RackLayout layout) {
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.plain("in the bramble", String.join(", ", roles(node))));
        Optional.ofNullable(layout.places().get(node.node()))
                .ifPresent(place -> facts.add(Fact.plain("stands in", layout.written(place))));
        Optional.ofNullable(layout.supplyOfNode().get(node.node()))
                .ifPresent(supply -> facts.add(Fact.plain("power supply", supply)));
        if (node.role() == NodeRole.AGENT) {
            node.capacity().ifPresent(capacity -> {
                double cores = capacity.milliCpus() / 1000.0;
                facts.add(Fact.plain(
                        "for tasks",
                        String.format(Locale.ROOT, cores == Math.rint(cores) ? "%.0f" : "%.1f", cores)
                                + (capacity.milliCpus() == 1000 ? " core, " : " cores, ")
                                + Shown.bytes(capacity.memoryBytes()) + " of memory"));
                capacity.labels().forEach((key, value) -> facts.add(Fact.plain("label", key + "=" + value)));
                facts.add(Fact.plain("tasks kept apart by", privilege(capacity.privilege())));
                capacity.release().ifPresent(release -> facts.add(Fact.plain("release", release)));
            });
            facts.add(Fact.plain(
                    "files",
                    Shown.counted(node.blobs(), "file", "files") + ", " + Shown.bytes(node.blobBytes())
                            + (node.copying() > 0 ? ", " + node.copying() + " on their way" : "")));
        }
        facts.add(
                node.roundTripMillis() > 0
                        ? Fact.plain("round trip", String.format(Locale.ROOT, "%.1f ms", node.roundTripMillis()))
                        : new Fact("round trip", BoardWords.UNKNOWN, -1, "unknown"));
        if (node.flapping() >= FLAPPING_SHOWN_MIN) {
            facts.add(new Fact(
                    "came and went",
                    String.format(
                            Locale.ROOT, "%.1f lately; from %.0f on it is set aside", node.flapping(), FLAPPING_MAX),
                    -1,
                    "trouble"));
        }
        facts.add(
                node.boardSerial().isEmpty()
                        ? new Fact("serial", BoardWords.UNKNOWN, -1, "unknown")
                        : Fact.plain("serial", node.boardSerial()));
        facts.add(Fact.plain("id", node.node().value()));
        return List.copyOf(facts);
    }

    /** How a node names what keeps tasks apart, for people. */
    private static final Map<String, String> LEVELS = Map.of(
            "BOARD", "users and limits of a board",
            "OWN_UID", "users of their own",
            "CGROUP_SCOPE", "cgroups",
            "NAMESPACES", "namespaces",
            "PROCESS_GROUP", "process groups");

    /** Without the constants of the program. */
    static String privilege(String told) {
        String words = told;
        for (Map.Entry<String, String> level : LEVELS.entrySet()) {
            words = words.replaceAll("\\b" + level.getKey() + "\\b", level.getValue());
        }
        return words;
    }

    private static List<String> roles(Views.NodeView node) {
        List<String> roles = new ArrayList<>();
        roles.add(node.role() == NodeRole.HEAD ? "head: serves the dashboard" : "agent: runs tasks");
        if (node.voter()) {
            roles.add("keeps a copy of the ledger");
        }
        if (node.leader()) {
            roles.add("leads now");
        }
        return roles;
    }

    private static final class Facts {
        private final BoardHealth health;
        private final boolean isOld;
        private final long heardMillisAgo;
        private final List<Fact> all = new ArrayList<>();

        Facts(BoardHealth health, boolean isOld, long heardMillisAgo) {
            this.health = health;
            this.isOld = isOld;
            this.heardMillisAgo = heardMillisAgo;
        }

        void plain(String label, String text) {
            all.add(Fact.plain(label, text));
        }

        void figure(String label, Function<BoardHealth, Reading> which, DoubleFunction<String> format) {
            Reading reading = which.apply(health);
            all.add(
                    reading.isKnown()
                            ? new Fact(label, format.apply(reading.value()) + age(reading), -1, tone(reading))
                            : unknown(label, reading));
        }

        void clock() {
            BoardDetail detail = health.detailOrUnknown();
            String most = detail.clockMaxMegahertz().isKnown()
                    ? String.format(
                            Locale.ROOT,
                            " of %.0f MHz",
                            detail.clockMaxMegahertz().value())
                    : " MHz";
            figure("clock rate", of -> detail.clockMegahertz(), now -> String.format(Locale.ROOT, "%.0f", now) + most);
        }

        /** Limits that most boards never meet are told when they are met. */
        void caps() {
            BoardDetail detail = health.detailOrUnknown();
            cap("clock capped", detail.frequencyCapped(), detail.frequencyCappedSinceBoot());
            cap("soft temperature limit", detail.softTemperatureLimit(), detail.softTemperatureLimitSinceBoot());
        }

        private void cap(String label, Reading now, Reading sinceBoot) {
            boolean isNow = now.isKnown() && now.value() == 1;
            if (isNow || sinceBoot.isKnown() && sinceBoot.value() == 1) {
                all.add(new Fact(
                        label,
                        isNow ? "yes, now" : "at some time since boot",
                        -1,
                        isOld ? "old" : isNow ? "trouble" : ""));
            }
        }

        /** A disk is tried now and then only: how long ago is told, and is no sign of trouble. */
        void looked(String label, Function<BoardHealth, Reading> which, String ifBad, String ifGood) {
            state(label, which, 0, ifBad, ifGood);
            Fact last = all.getLast();
            boolean isTried = which.apply(health).ageMillis() < TRIED_MAX.toMillis();
            if (last.tone().equals("old") && !isOld && isTried) {
                all.set(all.size() - 1, new Fact(label, last.text(), -1, ""));
            }
        }

        void card(double enduranceBytes) {
            figure("written to the card", of -> of.diskWrittenBytes().orElse(HealthJson.UNTOLD), Shown::bytes);
            figure("written in a day", detail(BoardDetail::diskWrittenPerDayBytes), Shown::bytes);
            figure("card's life at that", of -> CardLife.days(of, enduranceBytes), CardLife::words);
        }

        /** One that the kernel looks after; the panel's own stands with the light. */
        void fan() {
            Reading share = health.detailOrUnknown().fanShare();
            boolean isOnPanel = health.panel().flatMap(PanelReport::fanPercent).isPresent();
            if (share.isKnown() && !isOnPanel) {
                figure("fan", of -> share, turns -> PanelReport.fan((int) Math.round(turns * 100)));
            }
        }

        /** Several that are unknown for one reason are told together, at the end. */
        List<Fact> tidy() {
            Map<String, List<String>> labels = new LinkedHashMap<>();
            all.stream()
                    .filter(fact -> fact.tone().equals("unknown"))
                    .forEach(fact -> labels.computeIfAbsent(fact.text(), any -> new ArrayList<>())
                            .add(fact.label()));
            List<Fact> tidied = new ArrayList<>(all);
            labels.forEach((text, several) -> {
                if (several.size() >= TOGETHER_MIN) {
                    tidied.removeIf(
                            fact -> fact.tone().equals("unknown") && fact.text().equals(text));
                    tidied.add(new Fact(
                            "not known",
                            String.join(", ", several) + text.substring(BoardWords.UNKNOWN.length()),
                            -1,
                            "unknown"));
                }
            });
            return List.copyOf(tidied);
        }

        void panel(PanelReport panel) {
            String simulated = panel.simulated() ? " (simulated)" : "";
            if (!panel.light().isEmpty()) {
                shown("light", panel.light() + simulated);
            }
            panel.fanPercent().ifPresent(percent -> shown("fan", PanelReport.fan(percent) + simulated));
            if (!panel.missing().isEmpty()) {
                shown("at the board", panel.missing());
            }
        }

        private void shown(String label, String text) {
            all.add(new Fact(label, text, -1, isOld ? "old" : ""));
        }

        /** Where one of two values is bad. */
        void state(String label, Function<BoardHealth, Reading> which, double bad, String ifBad, String ifGood) {
            Reading reading = which.apply(health);
            if (!reading.isKnown()) {
                all.add(unknown(label, reading));
                return;
            }
            boolean isBad = reading.value() == bad;
            String tone = tone(reading);
            all.add(new Fact(
                    label, (isBad ? ifBad : ifGood) + age(reading), -1, tone.isEmpty() && isBad ? "trouble" : tone));
        }

        void used(String label, Function<BoardHealth, Reading> total, Function<BoardHealth, Reading> free) {
            Reading all = total.apply(health);
            Reading left = free.apply(health);
            int percent = BoardWords.usedPercent(all, left);
            this.all.add(
                    percent < 0
                            ? unknown(label, left.isKnown() ? all : left)
                            : new Fact(
                                    label,
                                    Shown.bytes(left.value()) + " free of " + Shown.bytes(all.value()) + age(left),
                                    percent,
                                    tone(left)));
        }

        private static Fact unknown(String label, Reading reading) {
            String because = reading.unknownBecause();
            return new Fact(
                    label,
                    BoardWords.UNKNOWN + (because == null || because.isEmpty() ? "" : ": " + because),
                    -1,
                    "unknown");
        }

        private String tone(Reading reading) {
            return age(reading).isEmpty() && !isOld ? "" : "old";
        }

        /** Of one that is not heard the age stands once above all of them. */
        private String age(Reading reading) {
            return Optional.of(reading.ageMillis())
                    .filter(age -> !isOld && age > FRESH_MAX.toMillis())
                    .map(age -> ", " + Shown.time(age + heardMillisAgo) + " ago")
                    .orElse("");
        }
    }
}
