package dev.bramble.scheduler;

import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;

/** One task for one node. */
public record Grant(JobId job, int task, NodeId node) {}
