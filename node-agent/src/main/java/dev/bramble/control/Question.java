package dev.bramble.control;

import dev.bramble.model.AttemptId;
import dev.bramble.model.ButtonPress;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import java.util.List;
import java.util.Optional;

/** What heads and nodes ask of the leader and of each other, over {@code Message.Request}. */
public sealed interface Question {
    /**
     * Of the leader: do this in the name of the credential's user.
     *
     * @param address of the client, as the head sees its connection
     */
    record Act(String credential, Action action, Optional<String> address) implements Question {
        /** From nowhere in particular. */
        public Act(String credential, Action action) {
            this(credential, action, Optional.empty());
        }

        @Override
        public String toString() {
            return "Act[" + action + "]";
        }
    }

    /** Of the leader: what a drain would do. */
    record PreviewDrain(List<NodeId> nodes, DrainSpec spec) implements Question {}

    /**
     * Of the leader, by the node at whose board somebody pressed the button.
     *
     * @param id of this press, unlike that of the one before: said twice, it is done once
     */
    record Pressed(ButtonPress press, long id) implements Question {}

    /** Of the leader: what runs or waits on nodes. */
    record Running(JobId job, int fromTask, int limit) implements Question {}

    /** Of the leader: what runs or waits on one node. */
    record RunningOn(NodeId node, int limit) implements Question {}

    /** Of the leader: who has the log of a task that has no recorded result; the tail when its node is gone. */
    record WhereIsLog(JobId job, int task, Control.LogStream stream) implements Question {}

    /** Of the node that holds the attempt. */
    record AttemptLog(AttemptId attempt, Control.LogStream stream, long offset, int bytesMax) implements Question {}

    /** Of the leader, by the node that runs a reduce: recorded results from {@code fromTask} on. */
    record Results(JobId job, int fromTask) implements Question {}

    /** Of the leader, by the node that runs a filter's reduce: recorded answers from {@code fromTask} on. */
    record Lines(JobId job, int fromTask) implements Question {}

    /** Of the leader, by a node whose door a stranger came to: the first step of asking to be let in. */
    record EnrolBegin(byte[] form, String address) implements Question {}

    /** The second step. */
    record EnrolReveal(String enrolment, byte[] nonce) implements Question {}

    record EnrolStatus(String enrolment) implements Question {}

    /** A stranger with a join token. */
    record EnrolJoin(byte[] form, String address) implements Question {}
}
