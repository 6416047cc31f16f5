package dev.bramble.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.Moment;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SendersTest {
    private static final Member AGENT = member("pi01", NodeRole.AGENT);
    private static final Member HEAD = member("head", NodeRole.HEAD);

    private static Member member(String name, NodeRole role) {
        return new Member(new NodeId(name), name, role, name + ":1", "", name, "first");
    }

    private static Message pulseOf(Member leader) {
        return new Message.Pulse(9, leader.node(), Moment.FOUNDING, 1, List.of(), Optional.empty());
    }

    @Test
    void leaderSpeaksForItselfOnly() {
        assertThat(Senders.mayCome(AGENT, pulseOf(AGENT))).isTrue();
        assertThat(Senders.mayCome(AGENT, pulseOf(member("pi02", NodeRole.AGENT))))
                .isFalse();
    }

    @Test
    void headNeverLeads() {
        assertThat(Senders.mayCome(HEAD, pulseOf(HEAD))).isFalse();
        assertThat(Senders.mayCome(HEAD, new Message.Withdraw(9, List.of(), "", Optional.empty())))
                .isFalse();
        assertThat(Senders.mayCome(HEAD, new Message.AuthorityKey(9, new byte[1])))
                .isFalse();
        assertThat(Senders.mayCome(HEAD, new Message.DropBlobs(9, List.of()))).isFalse();
    }

    @Test
    void headAsks() {
        assertThat(Senders.mayCome(HEAD, new Message.Request(1, new byte[1]))).isTrue();
        assertThat(Senders.mayCome(HEAD, new Message.FeedRequest("l", 1, Optional.empty())))
                .isTrue();
    }
}
