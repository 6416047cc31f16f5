package dev.bramble.dashboard.topology;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The logical cluster: who keeps the ledger, who leads, who is there, and how far the others are from the leader. */
public final class ClusterDrawing {
    private static final int WIDTH = RackDrawing.WIDTH;
    private static final int BOX_WIDTH = 80;
    private static final int BOX_HEIGHT = 40;
    /** A round trip of so much fills its bar: on one switch it is under one. */
    private static final double BAR_MILLIS = 10;

    private ClusterDrawing() {}

    /**
     * The copies of the ledger as a picture: the leader above, the other voters beneath it.
     *
     * @param sentence the same in words
     */
    public record Ledger(List<Box> boxes, List<Wire> wires, int height, String sentence) {}

    /** @param level the colour; {@code word} what it is */
    public record Box(int x, int y, String level, String name, String word, String href) {}

    /** From the leader to another voter. @param broken whether that one does not vote */
    public record Wire(int x1, int y1, int x2, int y2, boolean broken, String text, int textX, int textY) {}

    /**
     * A node in the list of members.
     *
     * @param state its link: up, suspect or down
     * @param trip the round trip between it and the leader, in words
     * @param bar of that, in percent; −1 when it is not known
     */
    public record Member(String name, String state, String role, String trip, int bar) {}

    static Ledger ledger(List<Views.VoterView> voters, List<Views.NodeView> nodes) {
        Map<NodeId, Views.NodeView> byId = new HashMap<>();
        nodes.forEach(node -> byId.put(node.node(), node));
        Optional<Views.VoterView> leader =
                voters.stream().filter(Views.VoterView::leader).findFirst();
        List<Views.VoterView> others =
                voters.stream().filter(voter -> !voter.leader()).toList();
        int top = 2;
        int below = leader.isPresent() ? 108 : top;
        int leaderX = (WIDTH - BOX_WIDTH) / 2;
        List<Box> boxes = new ArrayList<>();
        List<Wire> wires = new ArrayList<>();
        leader.ifPresent(voter -> boxes.add(box(voter, leaderX, top, "leads")));
        for (int i = 0; i < others.size(); i++) {
            Views.VoterView voter = others.get(i);
            int slot = WIDTH / others.size();
            int x = i * slot + (slot - BOX_WIDTH) / 2;
            boxes.add(box(voter, x, below, votes(voter) ? "votes" : voter.up() ? "does not vote" : "down"));
            if (leader.isPresent()) {
                int x1 = leaderX + BOX_WIDTH / 2;
                int x2 = x + BOX_WIDTH / 2;
                int y1 = top + BOX_HEIGHT;
                // Beside its end, where wires are apart from each other.
                int textX = x1 + (x2 - x1) * 3 / 4;
                int textY = y1 + (below - y1) * 3 / 4;
                wires.add(new Wire(
                        x1, y1, x2, below, !votes(voter), trip(byId.get(voter.node()), voter.up()), textX, textY));
            }
        }
        int height = others.isEmpty() ? top + BOX_HEIGHT + 2 : below + BOX_HEIGHT + 2;
        return new Ledger(List.copyOf(boxes), List.copyOf(wires), height, sentence(voters, leader));
    }

    private static boolean votes(Views.VoterView voter) {
        return voter.up() && voter.trouble().isEmpty();
    }

    private static Box box(Views.VoterView voter, int x, int y, String word) {
        String level = votes(voter) ? "well" : "trouble";
        String name = voter.name().length() <= 11
                ? voter.name()
                : "…" + voter.name().substring(voter.name().length() - 10);
        return new Box(x, y, level, name, word, "/nodes/" + voter.name());
    }

    private static String sentence(List<Views.VoterView> voters, Optional<Views.VoterView> leader) {
        if (voters.isEmpty()) {
            return "This head does not know who keeps the ledger.";
        }
        long voting = voters.stream().filter(ClusterDrawing::votes).count();
        int majority = voters.size() / 2 + 1;
        String who = leader.map(voter -> voter.name() + " leads").orElse("No leader is known");
        String copies = "; " + voting + " of " + Shown.counted(voters.size(), "copy", "copies") + " of the ledger "
                + (voters.size() == 1 ? "is" : "are") + " kept up to date";
        String spare = voting < majority
                ? ", and " + majority + " are needed: nothing can be written"
                : voting == majority ? ", and none may be lost" : ", and " + (voting - majority) + " may be lost";
        return who + copies + spare + ".";
    }

    /** The leader first, then the other voters, then who works, then heads; each by name. */
    static List<Member> members(List<Views.NodeView> nodes) {
        return nodes.stream()
                .sorted(Comparator.comparing((Views.NodeView node) -> rank(node))
                        .thenComparing(Views.NodeView::name))
                .map(ClusterDrawing::member)
                .toList();
    }

    private static int rank(Views.NodeView node) {
        return node.leader() ? 0 : node.voter() ? 1 : node.role() == NodeRole.AGENT ? 2 : 3;
    }

    private static Member member(Views.NodeView node) {
        boolean isKnown = node.roundTripMillis() > 0 && node.link() == Views.Link.UP;
        String role = node.leader() ? "leader" : node.voter() ? "voter" : Words.of(node.role());
        String state = switch (node.link()) {
            case UP -> "ready";
            case SUSPECT -> "suspect";
            case DOWN -> "down";
        };
        return new Member(
                node.name(),
                state,
                role,
                node.leader() ? "itself" : trip(node, node.link() == Views.Link.UP),
                isKnown ? Math.clamp(Math.round(100 * node.roundTripMillis() / BAR_MILLIS), 1, 100) : -1);
    }

    private static String trip(Views.NodeView node, boolean isUp) {
        if (!isUp || node == null || node.link() == Views.Link.DOWN) {
            return "away";
        }
        return node.roundTripMillis() > 0
                ? String.format(
                        Locale.ROOT, node.roundTripMillis() < 10 ? "%.1f ms" : "%.0f ms", node.roundTripMillis())
                : "unknown";
    }
}
