package dev.bramble.control;

import dev.bramble.ledger.AnswerPage;
import dev.bramble.ledger.RecordedResult;
import dev.bramble.model.AttemptId;
import dev.bramble.model.NodeId;
import dev.bramble.model.Refusal;
import java.util.List;

/** Answers to {@link Question}s. */
public sealed interface Answer {
    record Acted(Control.Done done) implements Answer {}

    record Refused(Refusal refusal) implements Answer {}

    /** @param what was done, a sentence */
    record Pressed(String what) implements Answer {}

    record DrainPreviewed(DrainPreview preview) implements Answer {}

    record Running(Control.RunningTasks tasks) implements Answer {}

    record RunningOn(Control.NodeTasks tasks) implements Answer {}

    /** Ask this node for this attempt. */
    record LogIsAt(NodeId node, AttemptId attempt) implements Answer {}

    record Log(Control.LogSlice slice) implements Answer {}

    /** There is nothing yet. */
    record Nothing() implements Answer {}

    /** @param next task to ask from for more; −1 when there is no more */
    record Results(List<TaskResult> results, int next) implements Answer {}

    /** @param places who holds the segments of the page */
    record Lines(AnswerPage page, List<Place> places) implements Answer {}

    record TaskResult(int task, RecordedResult result, List<Place> places) {}

    /** Who holds a blob of the result. */
    record Place(dev.bramble.model.BlobId blob, List<NodeId> holders) {}

    /** What to tell the stranger, as a form of the trust floor. */
    record EnrolForm(byte[] form) implements Answer {}
}
