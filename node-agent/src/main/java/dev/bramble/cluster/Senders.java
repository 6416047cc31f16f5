package dev.bramble.cluster;

import dev.bramble.model.NodeRole;

/** Who may say what: a head never leads, and nobody speaks in another's name. Pure. */
public final class Senders {
    private Senders() {}

    /** Whether {@code message} may come from {@code from}; what may not is passed over. */
    public static boolean mayCome(Member from, Message message) {
        boolean isAgent = from.role() == NodeRole.AGENT;
        return switch (message) {
            case Message.Pulse pulse -> isAgent && from.node().equals(pulse.leader());
            // The leader's, or a voter's.
            case Message.Orders orders -> isAgent;
            case Message.Withdraw withdraw -> isAgent;
            case Message.LeaseRenewed renewed -> isAgent;
            case Message.Settled settled -> isAgent;
            case Message.DropBlobs drop -> isAgent;
            case Message.AskCopies ask -> isAgent;
            case Message.CopyBlobs copy -> isAgent;
            case Message.Forgotten forgotten -> isAgent;
            case Message.BoardOrder order -> isAgent;
            case Message.PrepareVoter prepare -> isAgent;
            case Message.Legacy legacy -> isAgent;
            case Message.AuthorityKey key -> isAgent;
            case Message.FeedEntries entries -> isAgent;
            case Message.FeedSnapshot part -> isAgent;
            case Message.SoftState soft -> isAgent;
            // An agent's about itself.
            case Message.AskLease ask -> isAgent;
            case Message.Status status -> isAgent;
            case Message.Progress progress -> isAgent;
            case Message.Tail tail -> isAgent;
            case Message.CopyNews news -> isAgent;
            case Message.BoardTrouble trouble -> isAgent;
            case Message.VoterState state -> isAgent;
            case Message.BoardSeen seen -> isAgent;
            // Between the houses of simulated boards, which take them out before anybody hears of them.
            case Message.Guests guests -> false;
            case Message.Carried carried -> false;
            // Anybody's.
            case Message.Request request -> true;
            case Message.Reply reply -> true;
            case Message.FeedRequest request -> true;
        };
    }
}
