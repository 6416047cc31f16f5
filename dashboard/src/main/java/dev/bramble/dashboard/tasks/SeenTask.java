package dev.bramble.dashboard.tasks;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.Views.TaskState;
import java.util.Optional;

/**
 * A task as the ledger has it, with what the leader knows of its attempt on a node.
 *
 * @param node name of that node; empty when there is no such attempt
 */
record SeenTask(Views.TaskView view, Optional<Control.RunningTask> current, String node) {
    TaskState state() {
        boolean running = view.state() == TaskState.WAITING
                && current.map(Control.RunningTask::running).orElse(false);
        return running ? TaskState.RUNNING : view.state();
    }

    /** Whether an attempt's end is recorded. */
    boolean isRecorded() {
        return view.node().isPresent();
    }
}
