package dev.bramble.dashboard.metrics;

import dev.bramble.control.Views;
import dev.bramble.dashboard.alerts.Rule;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeRole;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import dev.bramble.model.Version;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What a head knows, as figures. Safe for many threads. */
public final class Metrics {
    /** As in the history: more nodes than a bramble has. */
    static final int NODES_MAX = 256;

    private final Function<Rule, Integer> openAlerts;
    private Optional<Seen> newest = Optional.empty();
    private OptionalLong endedBefore = OptionalLong.empty();
    private long ended;

    /** @param openAlerts of each rule, those that are not over */
    public Metrics(Function<Rule, Integer> openAlerts) {
        this.openAlerts = openAlerts;
    }

    /** Takes one look at the bramble; they come in the order of time. */
    public synchronized void look(Seen seen) {
        // What jobs have done goes when they are removed; a counter that went back would look like a restart.
        if (endedBefore.isPresent() && seen.tasksEnded() > endedBefore.getAsLong()) {
            ended += seen.tasksEnded() - endedBefore.getAsLong();
        }
        endedBefore = OptionalLong.of(seen.tasksEnded());
        newest = Optional.of(seen);
    }

    /** All figures; before the first look only that there are none. */
    synchronized String text(Exposition.Format format) {
        Exposition out = new Exposition(format);
        out.gauge("bramble_head_info", "Always 1; its label is the version of this head.")
                .value(1, Map.of("version", Version.current().text()));
        newest.ifPresent(seen -> {
            head(out, seen);
            work(out, seen.summary());
            nodes(out, seen);
            alerts(out);
        });
        return out.end();
    }

    private void head(Exposition out, Seen seen) {
        Views.Summary summary = seen.summary();
        out.gauge("bramble_head_behind_seconds", "How old what this head knows is; absent when it hears nobody.")
                .value(summary.behindMillis() < 0 ? Double.NaN : summary.behindMillis() / 1000.0);
        out.gauge("bramble_ledger_index", "Index of the newest entry of the ledger that this head has.")
                .value(summary.revision());
        out.gauge("bramble_leader_known", "1 while this head knows who leads, else 0.")
                .value(summary.leader().isPresent() ? 1 : 0);
        out.gauge("bramble_voters", "Nodes that keep the ledger.")
                .value(seen.voters().size());
        out.gauge("bramble_voters_voting", "Those of them that are up and vote.")
                .value(seen.voters().stream()
                        .filter(voter -> voter.up() && voter.trouble().isEmpty())
                        .count());
    }

    private void work(Exposition out, Views.Summary summary) {
        boolean isKnown = summary.leader().isPresent();
        out.gauge("bramble_jobs_active", "Jobs that have not ended.").value(summary.jobsActive());
        out.gauge("bramble_tasks_waiting", "Tasks that nobody runs yet; absent while no node leads.")
                .value(isKnown ? summary.tasksWaiting() : Double.NaN);
        out.gauge("bramble_tasks_running", "Tasks that run now; absent while no node leads.")
                .value(isKnown ? summary.tasksRunning() : Double.NaN);
        out.counter("bramble_tasks_ended_total", "Tasks that got their outcome since this head looks.")
                .value(ended);
        out.gauge("bramble_files", "Files that jobs or results need, and uploads.")
                .value(summary.files().count());
        out.gauge("bramble_files_bytes", "Their bytes, each file counted once.")
                .value(summary.files().bytes());
        out.gauge(
                        "bramble_files_under_replicated",
                        "Files with fewer copies on nodes that are up than there should be.")
                .value(summary.files().underReplicated());
        out.gauge("bramble_files_lost", "Files without any copy.")
                .value(summary.files().lost());
    }

    private static void nodes(Exposition out, Seen seen) {
        List<Views.NodeView> agents = seen.nodes().stream()
                .filter(node -> node.role() == NodeRole.AGENT)
                .limit(NODES_MAX)
                .toList();
        each(
                out,
                agents,
                "bramble_node_up",
                "1 while the node is in the view, else 0.",
                node -> node.link() == Views.Link.DOWN ? 0 : 1);
        out.gauge("bramble_node_standing", "1 for the standing that the node has: ready, cordoned, draining …");
        for (Views.NodeView node : agents) {
            for (NodeStanding standing : NodeStanding.values()) {
                Map<String, String> labels = new LinkedHashMap<>(Map.of("node", node.name()));
                labels.put("standing", Words.of(standing));
                out.value(node.standing() == standing ? 1 : 0, labels);
            }
        }
        each(
                out,
                agents,
                "bramble_node_tasks_running",
                "Tasks that run on the node.",
                node -> Seen.isFresh(node) ? node.runningTasks() : Double.NaN);
        each(
                out,
                agents,
                "bramble_node_round_trip_seconds",
                "Last measured round trip between leader and node.",
                node -> Seen.isFresh(node) ? node.roundTripMillis() / 1000 : Double.NaN);
        health(out, agents, "temperature_celsius", "Temperature of the processor.", BoardHealth::temperatureCelsius);
        health(out, agents, "clock_ratio", "The clock now as a share of the full one.", BoardHealth::speed);
        health(out, agents, "load1", "Runnable processes, one-minute mean.", BoardHealth::load1);
        health(out, agents, "memory_bytes", "Memory of the board.", BoardHealth::memoryTotalBytes);
        health(out, agents, "memory_free_bytes", "Memory that is available.", BoardHealth::memoryFreeBytes);
        health(out, agents, "disk_bytes", "Size of the file system with the node's data.", BoardHealth::diskTotalBytes);
        health(out, agents, "disk_free_bytes", "What of it is free.", BoardHealth::diskFreeBytes);
        health(out, agents, "under_voltage", "1 while under-volted, else 0.", BoardHealth::underVoltage);
        health(out, agents, "throttled", "1 while throttled, else 0.", BoardHealth::throttled);
        health(out, agents, "disk_writable", "1 when a write went through, else 0.", BoardHealth::diskWritable);
        health(
                out,
                agents,
                "disk_written_bytes",
                "Bytes written to the file system since it was made.",
                health -> health.diskWrittenBytes().orElse(Reading.unknown("not told")));
        health(
                out,
                agents,
                "disk_written_per_day_bytes",
                "Bytes written to it in a day, at the pace of the last day.",
                health -> health.detailOrUnknown().diskWrittenPerDayBytes());
        health(
                out,
                agents,
                "root_writable",
                "1 when the root file system takes writes, else 0.",
                health -> health.detailOrUnknown().rootWritable());
        health(
                out,
                agents,
                "clock_synchronised",
                "1 when the calendar clock is synchronised, else 0.",
                BoardHealth::clockSynchronised);
        health(
                out,
                agents,
                "uptime_seconds",
                "Since the boot of the board.",
                health -> health.detailOrUnknown().uptimeSeconds());
    }

    private static void health(
            Exposition out,
            List<Views.NodeView> nodes,
            String name,
            String help,
            Function<BoardHealth, Reading> figure) {
        each(
                out,
                nodes,
                "bramble_node_" + name,
                help + " Absent while unknown.",
                node -> node.health()
                        .filter(known -> Seen.isFresh(node))
                        .map(figure)
                        .filter(Reading::isKnown)
                        .map(Reading::value)
                        .orElse(Double.NaN));
    }

    private static void each(
            Exposition out,
            List<Views.NodeView> nodes,
            String name,
            String help,
            ToDoubleFunction<Views.NodeView> figure) {
        out.gauge(name, help);
        nodes.forEach(node -> out.value(figure.applyAsDouble(node), Map.of("node", node.name())));
    }

    private void alerts(Exposition out) {
        out.gauge("bramble_alerts_open", "Alerts that are not over, by rule.");
        for (Rule rule : Rule.values()) {
            out.value(openAlerts.apply(rule), Map.of("rule", rule.word()));
        }
    }
}
