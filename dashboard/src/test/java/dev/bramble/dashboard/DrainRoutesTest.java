package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.control.Action;
import dev.bramble.control.Views;
import dev.bramble.dashboard.RunningDashboard.Answer;
import dev.bramble.model.AfterDrain;
import dev.bramble.model.DrainMode;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeStanding;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DrainRoutesTest {
    private static final String FAN = "{\"reason\": \"new fan\", \"deadline\": \"5m\"}";

    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    private Answer drain(String node, String body) {
        return dashboard.json("PUT", "olga", "/nodes/" + node + "/drain", body);
    }

    private static String detail(Answer answer) {
        return answer.json().get("detail").asString();
    }

    private static List<String> errors(Answer answer) {
        return StreamSupport.stream(answer.json().path("errors").spliterator(), false)
                .map(error -> error.get("place").asString() + " "
                        + error.get("detail").asString())
                .toList();
    }

    private void attest(String node) {
        Views.DrainView ordered =
                dashboard.bramble.node(node).orElseThrow().drain().orElseThrow();
        dashboard.bramble.setDrain(node, NodeStanding.DRAINED, Optional.of(InMemoryBramble.proven(ordered)));
    }

    @Test
    void whatIsLeftOutOfAnOrderHasItsStandard() {
        assertThat(drain("pi02", "{\"reason\": \"new fan\"}").status()).isEqualTo(202);

        assertThat(dashboard.control.acted)
                .containsExactly(new Action.OrderDrain(
                        List.of(new NodeId("n2")),
                        new DrainSpec(
                                DrainMode.FINISH, Duration.ofMinutes(15), Duration.ofSeconds(30), AfterDrain.STAY, 1),
                        "new fan"));
    }

    @Test
    void orderIsAcceptedUntilItIsAcknowledgedAndThenOk() {
        Answer accepted = drain("pi02", FAN);
        attest("n2");
        Answer done = drain("pi02", FAN);

        assertThat(accepted.status()).isEqualTo(202);
        assertThat(accepted.json().get("acknowledged").asBoolean()).isFalse();
        assertThat(accepted.json().get("safeToUnplug").asBoolean()).isFalse();
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.json().get("safeToUnplug").asBoolean()).isTrue();
        assertThat(done.json().get("proof")).hasSize(2);
        assertThat(done.json().get("proof").get(0).asString()).isEqualTo("no task is left on it");
        assertThat(dashboard.control.acted).hasSize(1);
    }

    @Test
    void secondOrderWithOtherFieldsIsRefusedWithWhatDiffers() {
        drain("pi02", FAN);
        Answer other = drain("pi02", "{\"reason\": \"new fan\", \"deadline\": \"1h30m\", \"mode\": \"move\"}");

        assertThat(other.status()).isEqualTo(409);
        assertThat(detail(other))
                .isEqualTo("pi02 has a drain already: mode is finish there and move here, deadline is 5m there and"
                        + " 1h30m here (ordered by olga). Cancel it first, or uncordon the node");
        assertThat(dashboard.control.acted).hasSize(1);
    }

    @Test
    void onlyNodeOfABrambleIsNeverCalledSafeToUnplug() {
        DrainSpec spec =
                new DrainSpec(DrainMode.FINISH, Duration.ofMinutes(5), Duration.ofSeconds(30), AfterDrain.STAY, 1);
        Views.DrainView drain = InMemoryBramble.drain(spec, "new fan", "olga");
        dashboard.bramble.setDrain("n1", NodeStanding.DRAINED, Optional.of(InMemoryBramble.inPlace(drain)));

        Answer answer = dashboard.get("vera", "/nodes/pi01/drain");

        assertThat(answer.json().get("stoppedInPlace").asBoolean()).isTrue();
        assertThat(answer.json().get("safeToUnplug").asBoolean()).isFalse();
    }

    @Test
    void drainThatIsNotThereIsNotFoundAndCannotBeCancelled() {
        Answer absent = dashboard.get("vera", "/nodes/pi02/drain");
        Answer cancelled = dashboard.delete("olga", "/nodes/pi02/drain");

        assertThat(absent.status()).isEqualTo(404);
        assertThat(detail(absent)).isEqualTo("pi02 is not drained and not being drained: PUT orders it");
        assertThat(cancelled.status()).isEqualTo(409);
        assertThat(detail(cancelled)).isEqualTo("pi02 is not being drained: there is nothing to cancel");
        assertThat(dashboard.get("vera", "/nodes/pi99/drain").status()).isEqualTo(404);
        assertThat(dashboard.control.acted).isEmpty();
    }

    @Test
    void cancelledDrainIsGone() {
        drain("pi02", FAN);

        assertThat(dashboard.delete("olga", "/nodes/pi02/drain").status()).isEqualTo(204);
        assertThat(dashboard.control.acted).endsWith(new Action.CancelDrain(new NodeId("n2")));
        assertThat(dashboard.get("vera", "/nodes/pi02").json().get("drain").isNull())
                .isTrue();
    }

    @Test
    void severalNodesAreOneOrderAndAgainNone() {
        String order = "{\"nodes\": [\"pi02\", \"n1\"], \"reason\": \"new fans\", \"then\": \"reboot\", \"maxOut\": 2}";
        Answer first = dashboard.json("POST", "olga", "/drains", order);
        Answer again = dashboard.json("POST", "olga", "/drains", order);

        assertThat(first.status()).isEqualTo(202);
        assertThat(first.json().get("items").get(0).get("name").asString()).isEqualTo("pi02");
        assertThat(first.json().get("items").get(1).get("maxOut").asInt()).isEqualTo(2);
        assertThat(again.status()).isEqualTo(202);
        assertThat(dashboard.control.acted).hasSize(1);
        assertThat(((Action.OrderDrain) dashboard.control.acted.getFirst()).nodes())
                .containsExactly(new NodeId("n2"), new NodeId("n1"));
        assertThat(dashboard.get("vera", "/drains").json().get("items")).hasSize(2);
    }

    @Test
    void everyMistakeOfAnOrderIsReportedAtOnce() {
        Answer answer = dashboard.json(
                "POST",
                "olga",
                "/drains",
                "{\"nodes\": [\"pi02\", \"pi77\", \"n2\"], \"reason\": \" \", \"deadline\": \"-5m\", \"grace\": \"1h\","
                        + " \"mode\": \"gently\", \"then\": \"dance\", \"maxOut\": 0, \"force\": true}");

        assertThat(answer.status()).isEqualTo(422);
        assertThat(errors(answer))
                .containsExactlyInAnyOrder(
                        "reason is empty: fill it in or leave it out",
                        "deadline is '-5m': write a time such as 15m, from 1s to 7d",
                        "grace is '1h': write a time such as 30s, from 1s to 30m",
                        "mode is 'gently': write one of finish, checkpoint, move",
                        "then is 'dance': write one of stay, resume, reboot, poweroff",
                        "maxOut is 0: write a number from 1 to 100",
                        "nodes[1] is 'pi77', which no node is called: the list of nodes has their names and ids",
                        "nodes[2] names pi02 a second time: name each node once",
                        "force is not known here: known are deadline, grace, maxOut, mode, nodes, reason, then");
        assertThat(dashboard.control.acted).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/drains", "/drains/preview"})
    void unknownNodesAloneAreNoSuchThing(String path) {
        Answer answer =
                dashboard.json("POST", "olga", path, "{\"nodes\": [\"pi02\", \"pi77\", \"pi78\"], \"reason\": \"x\"}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().get("detail").asString())
                .isEqualTo("there is no node 'pi77' or 'pi78': the list of nodes has their names and ids");
        assertThat(dashboard.control.acted).isEmpty();
    }

    @Test
    void anotherOrderForADrainWithMoreOutAtATimeIsRefused() {
        assertThat(dashboard
                        .json("POST", "olga", "/drains", "{\"nodes\": [\"pi02\"], \"reason\": \"x\"}")
                        .status())
                .isLessThan(300);
        Answer answer =
                dashboard.json("POST", "olga", "/drains", "{\"nodes\": [\"pi02\"], \"reason\": \"x\", \"maxOut\": 3}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().get("detail").asString()).contains("maxOut is 1 there and 3 here");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"reason": "x"}                              | nodes
            {"reason": "x", "nodes": []}                 | nodes
            {"reason": "x", "nodes": "pi01"}             | nodes
            {"reason": "x", "nodes": [7]}                | nodes[0]
            {"reason": "x", "nodes": ["pi01"], "maxOut": "2"} | maxOut
            {"nodes": ["pi01"]}                          | reason
            """)
    void orderOfTheWrongFormNamesThePlace(String body, String place) {
        Answer answer = dashboard.json("POST", "olga", "/drains", body);

        assertThat(answer.status()).isEqualTo(422);
        assertThat(errors(answer))
                .singleElement()
                .satisfies(error -> assertThat(error).startsWith(place + " "));
    }

    @Test
    void reasonOfMoreThanFiveHundredCharactersIsTooLong() {
        assertThat(drain("pi02", "{\"reason\": \"" + "é".repeat(501) + "\"}").status())
                .isEqualTo(422);
        assertThat(drain("pi02", "{\"reason\": \"" + "é".repeat(500) + "\"}").status())
                .isEqualTo(202);
    }

    @Test
    void previewNeedsNoReasonAndDoesNothing() {
        Answer answer = dashboard.json(
                "POST", "olga", "/drains/preview", "{\"nodes\": [\"pi02\"], \"mode\": \"move\", \"maxOut\": 3}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().get("etaMillis").isNull()).isTrue();
        assertThat(answer.json().get("deadlinesAtRisk").get(0).get("lateMillis").asLong())
                .isEqualTo(90_000);
        assertThat(dashboard.control.acted).isEmpty();
        assertThat(dashboard.control.previewed.getFirst().spec().mode()).isEqualTo(DrainMode.MOVE);
        assertThat(dashboard.control.previewed.getFirst().spec().maxOut()).isEqualTo(3);
    }

    @Test
    void nodeSaysWithItsStandingSinceWhenAndWhatItSuffersFrom() {
        drain("pi02", FAN);

        var node = dashboard.get("vera", "/nodes/pi02").json();

        assertThat(node.get("standing").asString()).isEqualTo("draining");
        assertThat(node.get("standingMillisAgo").asLong()).isEqualTo(70);
        assertThat(node.get("flags").get(1).asString()).isEqualTo("under-voltage");
        assertThat(node.get("flapping").asDouble()).isEqualTo(1.25);
        assertThat(node.get("drain").get("waitsFor").get(0).asString()).isEqualTo("2 tasks run");
    }

    @Test
    void voteMovesOnlyToANodeThatIsKnown() {
        Answer unknown = dashboard.json("POST", "root", "/voters/pi01/move", "{\"to\": \"pi77\"}");

        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.json().get("detail").asString())
                .isEqualTo("there is no node 'pi77': the list of nodes has their names and ids");
        Answer both = dashboard.json("POST", "root", "/voters/pi66/move", "{\"to\": \"pi77\"}");
        assertThat(both.status()).isEqualTo(404);
        assertThat(both.json().get("detail").asString()).contains("there is no node 'pi66' or 'pi77'");
        assertThat(dashboard.json("POST", "root", "/voters/pi66/move", "{}").status())
                .as("what is wrong with the body comes first")
                .isEqualTo(422);
        dashboard.json("POST", "root", "/voters/n1/move", "{\"to\": \"pi02\"}");
        assertThat(dashboard.control.acted).containsExactly(new Action.MoveVote(new NodeId("n1"), new NodeId("n2")));
    }

    @Test
    void shutdownIsOrderedOnceSeenAndCancelled() {
        String order = "{\"reason\": \"moving house\", \"deadline\": \"20m\", \"mode\": \"checkpoint\"}";
        assertThat(dashboard.get("vera", "/shutdown").status()).isEqualTo(404);
        assertThat(dashboard.delete("root", "/shutdown").status()).isEqualTo(409);
        Answer ordered = dashboard.json("POST", "root", "/shutdown", order);
        Answer again = dashboard.json("POST", "root", "/shutdown", order);
        Answer other = dashboard.json("POST", "root", "/shutdown", "{\"reason\": \"no power\"}");

        assertThat(ordered.status()).isEqualTo(202);
        assertThat(again.json()).isEqualTo(ordered.json());
        assertThat(detail(other))
                .isEqualTo("root has ordered a shutdown already (moving house): cancel it first, or let it go on");
        assertThat(dashboard.control.acted)
                .containsExactly(new Action.OrderShutdown(
                        DrainMode.CHECKPOINT, Duration.ofMinutes(20), Duration.ofSeconds(30), "moving house"));
        assertThat(dashboard
                        .get("vera", "/bramble")
                        .json()
                        .at("/shutdown/reason")
                        .asString())
                .as("who looks at the whole sees it, too")
                .isEqualTo("moving house");
        assertThat(dashboard.delete("root", "/shutdown").status()).isEqualTo(204);
        assertThat(dashboard.get("vera", "/bramble").json().get("shutdown").isNull())
                .isTrue();
        assertThat(dashboard.get("vera", "/shutdown").status()).isEqualTo(404);
    }

    @Test
    void shutdownHasNothingAfterIt() {
        Answer answer = dashboard.json(
                "POST", "root", "/shutdown", "{\"reason\": \"x\", \"then\": \"reboot\", \"grace\": \"0s\"}");

        assertThat(errors(answer))
                .containsExactlyInAnyOrder(
                        "then is not known here: known are deadline, grace, mode, reason",
                        "grace is '0s': write a time such as 30s, from 1s to 30m");
    }
}
