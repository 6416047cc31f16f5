package dev.bramble.control.jobfile;

import dev.bramble.model.JobSpec;
import dev.bramble.model.Problem;
import java.util.List;

/** What came of reading a job. */
public sealed interface JobReading {
    /** Complete and within all limits. */
    record Accepted(JobSpec spec) implements JobReading {}

    /** @param problems every mistake that was found; at least one */
    record Refused(List<Problem> problems) implements JobReading {}
}
