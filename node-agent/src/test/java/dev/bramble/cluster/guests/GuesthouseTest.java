package dev.bramble.cluster.guests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Departure;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.SimNetwork;
import dev.bramble.cluster.View;
import dev.bramble.codec.CborCodec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.SimTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GuesthouseTest {
    private static final CborCodec CODEC = new CborCodec();

    private final SimTime time = new SimTime();
    private Node a;
    private Node b;
    private Node a1;
    private Node a2;
    private Node b1;
    private SimNetwork network = new SimNetwork(time, new SplittableRandom(1), SimNetwork.Options.CALM);

    /** Whoever looks at a cluster: a member proper or a guest. */
    private final class Node implements Cluster.Listener {
        final Member member;
        final SimTime.SimLoop loop = time.newLoop();
        final List<String> heard = new ArrayList<>();
        View view;
        Guesthouse house;
        Cluster cluster;

        private Node(String id) {
            member = new Member(new NodeId(id), id, NodeRole.AGENT, "", "", "board-" + id, "1");
        }

        void send(Node to, long number) {
            cluster.send(to.member.node(), new Message.Request(number, new byte[] {1}));
        }

        String sees() {
            return view.members().stream().map(Member::name).sorted().collect(Collectors.joining(" "));
        }

        @Override
        public void viewChanged(View changed) {
            assertThat(view == null || changed.number() > view.number()).isTrue();
            view = changed;
        }

        @Override
        public void received(Member from, Message message) {
            if (message instanceof Message.Request request) {
                heard.add(from.name() + ":" + request.id());
            }
        }

        @Override
        public void refused(String sentence) {
            heard.add("refused: " + sentence);
        }
    }

    private Node member(String id) {
        Node node = new Node(id);
        node.house = new Guesthouse(
                node.member, node, node.loop, new Guesthouse.Codec(CODEC::encodeMessage, CODEC::decodeMessage));
        node.house.open(network.join(node.member, node.loop, node.house.ofMembers()));
        node.cluster = node.house;
        return node;
    }

    private Node guest(String id, Node host) {
        Node node = new Node(id);
        node.cluster = host.house.guest(node.member, node, node.loop);
        return node;
    }

    /** Two members, two guests of the one and one of the other. */
    private void meet() {
        a = member("a");
        b = member("b");
        a1 = guest("a1", a);
        a2 = guest("a2", a);
        b1 = guest("b1", b);
        run(10);
    }

    private void run(long seconds) {
        boolean[] over = {false};
        time.after(Duration.ofSeconds(seconds), () -> over[0] = true);
        while (!over[0]) {
            time.step();
        }
    }

    @Test
    void everybodySeesGuestsAsMembers() {
        meet();

        assertThat(List.of(a, b, a1, a2, b1))
                .allSatisfy(node -> assertThat(node.sees()).isEqualTo("a a1 a2 b b1"));
    }

    @Test
    void memberThatComesLaterLearnsOfGuestsThatWereThereBefore() {
        meet();
        Node c = member("c");
        run(10);

        assertThat(c.sees()).isEqualTo("a a1 a2 b b1 c");
    }

    @Test
    void messagesGoBetweenGuestsAndMembersInOrderAndUnderTheirOwnNames() {
        meet();
        for (int i = 1; i <= 3; i++) {
            a1.send(a2, i);
            a1.send(a, i);
            a1.send(b, i);
            a1.send(b1, i);
            a.send(b1, i);
            a.send(b, i);
            a1.send(a1, i);
        }
        run(5);

        assertThat(a2.heard).containsExactly("a1:1", "a1:2", "a1:3");
        assertThat(a.heard).containsExactly("a1:1", "a1:2", "a1:3");
        assertThat(b.heard).containsExactlyInAnyOrder("a1:1", "a1:2", "a1:3", "a:1", "a:2", "a:3");
        assertThat(b1.heard).containsExactlyInAnyOrder("a1:1", "a1:2", "a1:3", "a:1", "a:2", "a:3");
        assertThat(a1.heard).containsExactly("a1:1", "a1:2", "a1:3");
    }

    @Test
    void whatIsForAllReachesEverybodyElseOnce() {
        meet();
        b1.cluster.sendToAll(new Message.Request(7, new byte[0]));
        a.cluster.sendToAll(new Message.Request(8, new byte[0]));
        run(5);

        assertThat(b.heard).containsExactlyInAnyOrder("b1:7", "a:8");
        assertThat(a.heard).containsExactly("b1:7");
        assertThat(a1.heard).containsExactlyInAnyOrder("b1:7", "a:8");
        assertThat(a2.heard).containsExactlyInAnyOrder("b1:7", "a:8");
        assertThat(b1.heard).containsExactly("a:8");
    }

    @Test
    void guestThatLeavesSaysGoodbyeAndGuestsOfALostMemberAreLostWithIt() {
        meet();
        Node b2 = guest("b2", b);
        run(10);
        b1.cluster.close();
        run(5);
        assertThat(a.sees()).isEqualTo("a a1 a2 b b2");
        assertThat(a.view.left()).containsEntry(b1.member.node(), Departure.FAREWELL);

        network.crash(b.member.node());
        run(20);
        assertThat(a.sees()).isEqualTo("a a1 a2");
        assertThat(a.view.left().keySet()).contains(b2.member.node());
        assertThat(a.view.left().get(b2.member.node())).isEqualTo(a.view.left().get(b.member.node()));
    }

    @Test
    void listOfGuestsThatIsLostIsSaidAgain() {
        network = new SimNetwork(time, new SplittableRandom(3), SimNetwork.Options.CALM.withMessages(0.7, 0.0, 0.0));
        meet();
        run(110);

        assertThat(b.sees()).isEqualTo("a a1 a2 b b1");
    }

    @Test
    void nobodySpeaksForAGuestOfAnother() {
        meet();
        Node liar = new Node("liar");
        liar.cluster = network.join(liar.member, liar.loop, liar);
        run(10);
        byte[] body = CODEC.encodeMessage(new Message.Request(66, new byte[0]));
        liar.cluster.send(b.member.node(), new Message.Carried(a1.member.node(), List.of(b.member.node()), body));
        run(5);

        assertThat(b.heard).isEmpty();
    }
}
