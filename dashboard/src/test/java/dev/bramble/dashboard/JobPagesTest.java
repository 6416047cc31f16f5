package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.model.EventKind;
import dev.bramble.model.JobId;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The list of jobs and the page of one. */
class JobPagesTest {
    private RunningDashboard dashboard;

    @BeforeEach
    void start() throws Exception {
        dashboard = new RunningDashboard();
    }

    @AfterEach
    void stop() {
        dashboard.close();
    }

    private PageVisitor visitor(String user) {
        return new PageVisitor(dashboard, user);
    }

    @Test
    void listWithoutJobsSaysHowToBegin() {
        assertThat(visitor("ada").page("/jobs"))
                .contains("No job has been submitted yet")
                .contains("/jobs/new?example=pi");
        assertThat(visitor("vera").page("/jobs"))
                .contains("No job has been submitted yet.")
                .doesNotContain("/jobs/new");
    }

    @Test
    void listIsFilteredByOwnerPhaseAndAttention() {
        dashboard.submit("ada", 12, "");
        dashboard.submit("bob", 5, "");
        dashboard.bramble.fail(new JobId(2), 1, "pi01", "exit code 1", "no such file");
        PageVisitor vera = visitor("vera");

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
        PageVisitor vera = visitor("vera");

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
        String own = visitor("ada").page("/jobs/1");

        assertThat(own).contains("0 of 12 tasks done").contains("Ada submitted job 1.");
        assertThat(own).contains("id=\"cancel\"").contains("/jobs/new?from=1").contains("/jobs/1/definition");
        assertThat(visitor("bob").page("/jobs/1"))
                .contains("0 of 12 tasks done")
                .contains("belongs to ada")
                .doesNotContain("id=\"cancel\"")
                .doesNotContain("/jobs/1/definition");
        assertThat(visitor("olga").page("/jobs/1")).contains("id=\"cancel\"");
    }

    @Test
    void failuresAreGroupedAndTheirWordsAreForTheOwner() {
        dashboard.submit("ada", 12, "");
        dashboard.bramble.fail(new JobId(1), 0, "pi01", "exit code 1", "<b>no such file</b>");
        dashboard.bramble.fail(new JobId(1), 1, "pi02", "exit code 1", "<b>no such file</b>");

        assertThat(visitor("ada").page("/jobs/1"))
                .contains("the same error on 2 boards")
                .contains("&lt;b&gt;no such file&lt;/b&gt;")
                .doesNotContain("<b>no such");
        assertThat(visitor("bob").page("/jobs/1"))
                .contains("the same error on 2 boards")
                .doesNotContain("no such file");
    }

    @Test
    void ownerCancelsTriesAgainAndRemovesAndOthersDoNot() {
        dashboard.submit("ada", 12, "");
        PageVisitor ada = visitor("ada");

        assertThat(visitor("vera").post("/jobs/1/cancel", "").statusCode()).isEqualTo(403);
        assertThat(visitor("bob").post("/jobs/1/cancel", "").statusCode()).isEqualTo(403);
        HttpResponse<byte[]> cancelled = ada.post("/jobs/1/cancel", "");
        assertThat(cancelled.statusCode()).isEqualTo(303);
        assertThat(PageVisitor.location(cancelled)).endsWith("/jobs/1");
        assertThat(ada.page("/jobs/1")).contains("Job 1 is cancelled").contains("Go on with what is left");
        assertThat(ada.post("/jobs/1/retry", "").statusCode()).isEqualTo(303);
        assertThat(ada.post("/jobs/1/cancel", "").statusCode()).isEqualTo(303);
        assertThat(PageVisitor.location(ada.post("/jobs/1/remove", ""))).endsWith("/jobs");
        assertThat(dashboard.control.acted)
                .contains(
                        new Action.CancelJob(new JobId(1)),
                        new Action.RetryJob(new JobId(1)),
                        new Action.RemoveJob(new JobId(1)));
        assertThat(ada.get("/jobs/1").statusCode()).isEqualTo(404);
    }

    @Test
    void jobThatIsNotThereIsSaidOnAPage() {
        assertThat(visitor("vera").get("/jobs/99").statusCode()).isEqualTo(404);
        assertThat(PageVisitor.text(visitor("vera").get("/jobs/xx%3Cb%3E"))).contains("no job &#39;xx&lt;b&gt;&#39;");
    }
}
