package dev.bramble.dashboard.overview;

import dev.bramble.control.Knowledge;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.nodes.HealthFlag;
import dev.bramble.dashboard.nodes.NodeWords;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.BoardHealth;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The first line of the page: whether somebody must do something, and what.
 *
 * @param level how bad the worst of it is
 * @param points what is wrong, worst first
 */
public record Verdict(Level level, String headline, List<Point> points) {
    /** Longer lists hide the first; the rest is counted. */
    static final int POINTS_MAX = 12;

    /** How bad something is. */
    public enum Level {
        /** Nothing to do. */
        WELL,
        /** Worth a look; work goes on. */
        ATTENTION,
        /** Something does not work. */
        TROUBLE
    }

    /** One thing that is wrong. */
    public record Point(Level level, String sentence) {
        /** For the template's classes. */
        public String word() {
            return Words.of(level);
        }
    }

    /** For the template's classes. */
    public String word() {
        return Words.of(level);
    }

    static Verdict of(
            Views.Summary summary,
            Optional<Views.ShutdownView> shutdown,
            List<Views.NodeView> nodes,
            List<Views.JobView> jobs) {
        List<Point> points = new ArrayList<>();
        ofHead(summary, points);
        shutdown.ifPresent(ordered -> points.add(new Point(Level.TROUBLE, sentence(ordered))));
        nodes.forEach(node -> ofNode(node, points));
        jobs.forEach(job -> ofJob(job, points));
        summary.warnings().stream()
                .filter(warning -> nodes.stream().noneMatch(node -> isSaid(node, warning)))
                .forEach(warning -> points.add(new Point(Level.ATTENTION, Shown.sentence(warning))));
        points.sort(Comparator.comparing(Point::level).reversed());
        return new Verdict(worst(points), headline(points, summary), cut(points));
    }

    /** What is wrong with nodes alone, worst first: the same wherever a page speaks of them. */
    public static List<Point> ofNodes(List<Views.NodeView> nodes) {
        List<Point> points = new ArrayList<>();
        nodes.forEach(node -> ofNode(node, points));
        points.sort(Comparator.comparing(Point::level).reversed());
        return List.copyOf(points);
    }

    /** The level of the worst of them. */
    public static Level worst(List<Point> points) {
        return points.stream().map(Point::level).max(Comparator.naturalOrder()).orElse(Level.WELL);
    }

    private static String headline(List<Point> points, Views.Summary summary) {
        long trouble =
                points.stream().filter(point -> point.level() == Level.TROUBLE).count();
        long attention = points.size() - trouble;
        if (points.isEmpty()) {
            return summary.jobsActive() == 0 ? "All is well, nothing to do" : "All is well";
        }
        if (trouble == 0) {
            return Shown.counted(attention, "thing needs", "things need") + " attention";
        }
        String wrong = Shown.counted(trouble, "thing does not work", "things do not work");
        return attention == 0 ? wrong : wrong + ", " + attention + (attention == 1 ? " needs" : " need") + " attention";
    }

    /** So many that the first are seen; the last counts the rest. */
    public static List<Point> cut(List<Point> points) {
        if (points.size() <= POINTS_MAX) {
            return List.copyOf(points);
        }
        List<Point> first = new ArrayList<>(points.subList(0, POINTS_MAX - 1));
        first.add(new Point(Level.ATTENTION, "And " + (points.size() - first.size()) + " more."));
        return List.copyOf(first);
    }

    private static void ofHead(Views.Summary summary, List<Point> points) {
        if (summary.behindMillis() < 0) {
            points.add(new Point(Level.TROUBLE, "This head hears nobody: what you see here may be old."));
        } else if (Knowledge.isOld(summary.behindMillis())) {
            points.add(new Point(
                    Level.TROUBLE,
                    "This head is behind: what you see here is " + Shown.time(summary.behindMillis()) + " old."));
        }
        if (summary.leader().isEmpty()) {
            points.add(new Point(Level.TROUBLE, "No leader is known: running work goes on, new work must wait."));
        }
    }

    private static String sentence(Views.ShutdownView shutdown) {
        String waits = shutdown.waitsFor().isEmpty() ? "" : ", waits for " + String.join("; ", shutdown.waitsFor());
        return "The bramble is being shut down by " + shutdown.by() + " (" + shutdown.reason() + "): "
                + (shutdown.poweringOff() ? "boards power off" : "no job is accepted") + waits + ".";
    }

    /** The bramble warns of nodes that are down as well; here they stand with more to say. */
    private static boolean isSaid(Views.NodeView node, String warning) {
        return node.link() == Views.Link.DOWN && warning.contains(node.name() + " is down");
    }

    private static void ofNode(Views.NodeView node, List<Point> points) {
        ofStanding(node, points);
        if (node.link() == Views.Link.DOWN) {
            ofDown(node, points);
            return;
        }
        if (node.link() == Views.Link.SUSPECT) {
            points.add(new Point(Level.ATTENTION, node.name() + " is silent: it may be down."));
        }
        node.health().ifPresent(health -> ofHealth(node.name(), health, points));
    }

    private static void ofDown(Views.NodeView node, List<Point> points) {
        String since = node.heardMillisAgo() < 0 ? "" : ", last heard of " + Shown.time(node.heardMillisAgo()) + " ago";
        switch (node.standing()) {
            // Nobody waits for it: it was taken out, or is about to come back.
            case DRAINED, MAINTENANCE -> {}
            case READY, CORDONED, DRAINING, EXPIRED, QUARANTINED, RETURNING ->
                points.add(new Point(Level.TROUBLE, node.name() + " is down" + since + "."));
        }
    }

    private static void ofStanding(Views.NodeView node, List<Point> points) {
        String waits = node.drain()
                .filter(drain -> !drain.waitsFor().isEmpty())
                .map(drain -> ": waits for " + String.join("; ", drain.waitsFor()))
                .orElse("");
        switch (node.standing()) {
            case READY, CORDONED -> {}
            case DRAINING -> points.add(new Point(Level.ATTENTION, node.name() + " is draining" + waits + "."));
            case DRAINED ->
                points.add(new Point(Level.ATTENTION, node.name() + " is drained: " + NodeWords.safe(node) + "."));
            case MAINTENANCE -> points.add(new Point(Level.ATTENTION, node.name() + " is in maintenance."));
            case RETURNING -> points.add(new Point(Level.ATTENTION, node.name() + " is returning from maintenance."));
            case EXPIRED ->
                points.add(new Point(
                        Level.TROUBLE, node.name() + " is not drained in time, not safe to unplug" + waits + "."));
            case QUARANTINED ->
                points.add(new Point(
                        Level.TROUBLE,
                        node.name() + " is set aside"
                                + (node.standingReason().isEmpty() ? "" : ": " + node.standingReason()) + "."));
        }
    }

    private static void ofHealth(String name, BoardHealth health, List<Point> points) {
        for (HealthFlag flag : HealthFlag.of(health)) {
            points.add(
                    switch (flag) {
                        case READ_ONLY -> new Point(Level.TROUBLE, name + " cannot write to its card.");
                        case UNDER_VOLTED ->
                            new Point(Level.ATTENTION, name + " is under-volted: look at its power supply and cable.");
                        case THROTTLED ->
                            new Point(Level.ATTENTION, name + " is throttled: it is too hot or under-volted.");
                    });
        }
    }

    private static void ofJob(Views.JobView job, List<Point> points) {
        String name = "Job " + job.job() + " (" + job.name() + ")";
        if (job.late() && !job.phase().isFinal()) {
            points.add(new Point(Level.ATTENTION, name + " is past its deadline."));
        } else if (job.slackMillis().orElse(0L) < 0 && !job.phase().isFinal()) {
            points.add(new Point(Level.ATTENTION, name + " will miss its deadline at this pace."));
        }
        if (!job.lostFiles().isEmpty()) {
            String files = Shown.counted(job.lostFiles().size(), "file is", "files are");
            points.add(new Point(Level.TROUBLE, name + ": " + files + " lost, see `bramble job " + job.job() + "`."));
        }
        int few = job.underReplicated() - job.lostFiles().size();
        if (few > 0) {
            String results = Shown.counted(few, "file has", "files have");
            points.add(new Point(Level.ATTENTION, name + ": " + results + " one copy only."));
        }
    }
}
