package dev.bramble.dashboard.jobs;

import dev.bramble.control.Views;
import java.util.ArrayList;
import java.util.List;

/** The pages of one job. */
public record JobTabs(String job, String name, List<Tab> tabs) {
    /** @param isHere whether it is the page that is shown */
    public record Tab(String id, String label, String url, boolean isHere) {}

    /** @param here id of the page that is shown */
    public static JobTabs of(Views.JobView job, boolean isOwners, String here) {
        String url = "/jobs/" + job.job();
        List<Tab> tabs = new ArrayList<>();
        tabs.add(new Tab("progress", "Progress", url, here.equals("progress")));
        tabs.add(new Tab("tasks", "Tasks and results", url + "/tasks", here.equals("tasks")));
        if (isOwners) {
            tabs.add(new Tab("definition", "Definition", url + "/definition", here.equals("definition")));
        }
        return new JobTabs(job.job().toString(), job.name(), List.copyOf(tabs));
    }
}
