package dev.bramble.dashboard.nodes;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import java.util.ArrayList;
import java.util.List;

/**
 * What a node has in hand.
 *
 * @param link of the node's page
 * @param more attempts that do not fit
 * @param unknownBecause why it cannot be told now; empty when it can
 */
public record NodeWork(String headline, String link, List<Row> rows, int more, String unknownBecause) {
    /** More than a board has slots, and the first of what waits there. */
    static final int ROWS_MAX = 24;

    /** @param state running, or queued while it waits for a free place */
    public record Row(String id, String job, String jobLink, String task, String taskLink, String state, String time) {}

    static NodeWork of(Views views, Views.NodeView node, Control.NodeTasks tasks) {
        List<Row> rows = new ArrayList<>();
        for (Control.NodeTask task : tasks.tasks()) {
            String job = "/jobs/" + task.job();
            String name = views.job(task.job()).map(Views.JobView::name).orElse("");
            rows.add(new Row(
                    "has-" + task.job() + "-" + task.task() + "-" + task.attempt(),
                    "job " + task.job() + (name.isEmpty() ? "" : " (" + name + ")"),
                    job,
                    task.lines() > 1
                            ? "tasks " + task.task() + " to " + (task.task() + task.lines() - 1)
                            : "task " + task.task(),
                    job + "/tasks/" + task.task(),
                    task.running() ? "running" : "queued",
                    task.running() ? "for " + Shown.time(task.millis()) : "waits for a free place"));
        }
        return new NodeWork(Shown.sentence(NodeWords.work(node)), NodeWords.link(node.name()), rows, tasks.more(), "");
    }

    static NodeWork unknown(Views.NodeView node, String because) {
        return new NodeWork(Shown.sentence(NodeWords.work(node)), NodeWords.link(node.name()), List.of(), 0, because);
    }
}
