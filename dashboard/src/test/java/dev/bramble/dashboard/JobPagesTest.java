package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The list of jobs and the page of one. */
class JobPagesTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    @Test
    void listWithoutJobsSaysHowToBegin() {
        assertThat(dashboard.visitor("ada").page("/jobs"))
                .contains("No job has been submitted yet")
                .contains("/jobs/new?example=pi");
        assertThat(dashboard.visitor("vera").page("/jobs"))
                .contains("No job has been submitted yet.")
                .doesNotContain("/jobs/new");
    }

    @Test
    void listIsFilteredByOwnerPhaseAndAttention() {
        dashboard.submit("ada", 12, "");
        dashboard.submit("bob", 5, "");
        dashboard.bramble.fail(new JobId(2), 1, "pi01", "exit code 1", "no such file");
        Visitor vera = dashboard.visitor("vera");

        assertThat(vera.page("/jobs")).contains("id=\"job-1\"").contains("id=\"job-2\"");
        assertThat(vera.page("/jobs?owner=ada")).contains("id=\"job-1\"").doesNotContain("id=\"job-2\"");
        assertThat(vera.page("/jobs?phase=queued")).contains("id=\"job-1\"").doesNotContain("id=\"job-2\"");
        assertThat(vera.page("/jobs?attention=1"))
                .contains("id=\"job-2\"")
                .contains("1 task failed")
                .contains("/jobs/2#failures")
                .doesNotContain("id=\"job-1\"");
        assertThat(vera.page("/jobs?owner=nobody"))
                .contains("No job is like that")
                .contains("Show all jobs");
    }

    @Test
    void olderJobsAreOnTheNextPage() {
        for (int i = 0; i < 53; i++) {
            dashboard.submit("ada", 1, "");
        }
        Visitor vera = dashboard.visitor("vera");

        assertThat(vera.page("/jobs"))
                .contains("id=\"job-4\"")
                .doesNotContain("id=\"job-3\"")
                .contains("/jobs?before=4");
        assertThat(vera.page("/jobs?before=4"))
                .contains("id=\"job-3\"")
                .doesNotContain("id=\"job-4\"")
                .doesNotContain("Older");
    }

    @Test
    void jobShowsProgressHistoryAndWhatItsOwnerMayDo() {
        dashboard.submit("ada", 12, "");
        dashboard.bramble.happen(
                EventKind.JOB_SUBMITTED, Optional.empty(), Optional.of(new JobId(1)), "ada submitted job 1");
        String own = dashboard.visitor("ada").page("/jobs/1");

        assertThat(own).contains("0 of 12 tasks done").contains("Ada submitted job 1.");
        assertThat(own).contains("id=\"cancel\"").contains("/jobs/new?from=1").contains("/jobs/1/definition");
        assertThat(dashboard.visitor("bob").page("/jobs/1"))
                .contains("0 of 12 tasks done")
                .contains("belongs to ada")
                .doesNotContain("id=\"cancel\"")
                .doesNotContain("/jobs/1/definition");
        assertThat(dashboard.visitor("olga").page("/jobs/1")).contains("id=\"cancel\"");
    }

    @Test
    void failuresAreGroupedAndTheirWordsAreForTheOwner() {
        dashboard.submit("ada", 12, "");
        dashboard.bramble.fail(new JobId(1), 0, "pi01", "exit code 1", "<b>no such file</b>");
        dashboard.bramble.fail(new JobId(1), 1, "pi02", "exit code 1", "<b>no such file</b>");

        assertThat(dashboard.visitor("ada").page("/jobs/1"))
                .contains("the same error on 2 boards")
                .contains("&lt;b&gt;no such file&lt;/b&gt;")
                .doesNotContain("<b>no such");
        assertThat(dashboard.visitor("bob").page("/jobs/1"))
                .contains("the same error on 2 boards")
                .doesNotContain("no such file");
    }

    @Test
    void ownerCancelsTriesAgainAndRemovesAndOthersDoNot() {
        dashboard.submit("ada", 12, "");
        Visitor ada = dashboard.visitor("ada");

        assertThat(dashboard.visitor("vera").post("/jobs/1/cancel", "").status())
                .isEqualTo(403);
        assertThat(dashboard.visitor("bob").post("/jobs/1/cancel", "").status()).isEqualTo(403);
        Visitor.Seen cancelled = ada.post("/jobs/1/cancel", "");
        assertThat(cancelled.status()).isEqualTo(303);
        assertThat(cancelled.location()).endsWith("/jobs/1");
        assertThat(ada.page("/jobs/1")).contains("Job 1 is cancelled").contains("Go on with what is left");
        assertThat(ada.post("/jobs/1/retry", "").status()).isEqualTo(303);
        assertThat(ada.post("/jobs/1/cancel", "").status()).isEqualTo(303);
        assertThat(ada.post("/jobs/1/remove", "").location()).endsWith("/jobs");
        assertThat(dashboard.control.acted)
                .contains(
                        new Action.CancelJob(new JobId(1)),
                        new Action.RetryJob(new JobId(1)),
                        new Action.RemoveJob(new JobId(1)));
        assertThat(ada.get("/jobs/1").status()).isEqualTo(404);
    }

    @Test
    void jobThatIsNotThereIsSaidOnAPage() {
        assertThat(dashboard.visitor("vera").get("/jobs/99").status()).isEqualTo(404);
        assertThat(dashboard.visitor("vera").get("/jobs/xx%3Cb%3E").text()).contains("no job 'xx&lt;b&gt;'");
    }
}
