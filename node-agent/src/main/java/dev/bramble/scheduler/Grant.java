package dev.bramble.scheduler;

import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.model.TaskRange;

/** Tasks for one node: one of a command, a batch of a filter. */
public record Grant(JobId job, TaskRange tasks, NodeId node) {}
