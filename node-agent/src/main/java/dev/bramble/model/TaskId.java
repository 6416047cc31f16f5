package dev.bramble.model;

/**
 * A task of a job.
 *
 * @param index 0 to the number of the job's tasks − 1; the job's reduce, if it has one, is the index after the last
 */
public record TaskId(JobId job, int index) implements Comparable<TaskId> {
    @Override
    public int compareTo(TaskId other) {
        int byJob = job.compareTo(other.job);
        return byJob != 0 ? byJob : Integer.compare(index, other.index);
    }

    @Override
    public String toString() {
        return job + "/" + index;
    }
}
