package dev.bramble.leader;

import dev.bramble.control.Action;
import dev.bramble.model.NodeId;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What the audit trail calls actions, and what they are about. */
final class ActionWords {
    private ActionWords() {}

    /** {@code SubmitJob} is {@code submit-job}. */
    static String verb(Action action) {
        return action.getClass()
                .getSimpleName()
                .replaceAll("(?<=[a-z])(?=[A-Z])", "-")
                .toLowerCase(java.util.Locale.ROOT);
    }

    /** @param names of nodes, for people */
    static String object(Action action, Function<NodeId, String> names) {
        return switch (action) {
            case Action.SubmitJob submit -> submit.spec().name();
            case Action.CancelJob cancel -> "job " + cancel.job();
            case Action.RetryJob retry -> "job " + retry.job();
            case Action.RemoveJob remove -> "job " + remove.job();
            case Action.HoldBlob hold -> "file " + hold.blob();
            case Action.SetStanding set -> node(set.node(), names);
            case Action.OrderDrain order ->
                order.nodes().stream().map(id -> node(id, names)).collect(Collectors.joining(", "));
            case Action.CancelDrain cancel -> node(cancel.node(), names);
            case Action.OrderShutdown _, Action.CancelShutdown _ -> "all nodes";
            case Action.AdoptBoard adopt -> node(adopt.node(), names);
            case Action.Locate locate -> node(locate.node(), names);
            case Action.MoveVote move -> node(move.from(), names) + " to " + node(move.to(), names);
            case Action.CreateToken create -> create.user().isEmpty() ? "" : "user " + create.user();
            case Action.ChangeSetting change -> "setting " + change.key();
            case Action.AckAlert ack -> "alert " + ack.rule() + " of " + ack.subject();
            case Action.MuteAlerts mute -> "alerts " + mute.rule();
            case Action.SetRacks _ -> "the rack layout";
            case Action.RevokeToken revoke -> "token " + revoke.tokenId();
            case Action.AdmitNode admit -> "board " + admit.enrolment();
            case Action.RefuseNode refuse -> "board " + refuse.enrolment();
            case Action.ForgetNode forget -> node(forget.node(), names);
            case Action.CreateUser create -> "user " + create.name();
            case Action.ChangeUser change -> "user " + change.name();
            case Action.EndSessions end ->
                end.user().map(user -> "user " + user).orElse("");
            case Action.LogIn _, Action.BeginSession _, Action.SetUp _, Action.ChangePassword _, Action.NoteUse _ -> "";
            case Action.NoteRefusal refused -> refused.what();
        };
    }

    private static String node(NodeId node, Function<NodeId, String> names) {
        return "node " + names.apply(node);
    }
}
