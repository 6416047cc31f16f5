package dev.bramble.dashboard.alerts;

import dev.bramble.control.Action;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Route;
import dev.bramble.dashboard.http.Words;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** The operations about alerts. */
public final class AlertRoutes {
    static final int REASON_CHARS_MAX = 200;
    static final int SUBJECT_CHARS_MAX = 120;
    /** What is muted for longer is not wanted: change the rule's hold, or mend what is wrong. */
    static final Duration MUTE_MAX = Duration.ofDays(30);

    private final Alerts alerts;
    /** Each test may block for as long as a mail takes. */
    private final Semaphore testing = new Semaphore(1);

    public AlertRoutes(Alerts alerts) {
        this.alerts = alerts;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/alerts", UserRole.VIEWER, this::list),
                Route.post("/alerts/ack", UserRole.OPERATOR, AlertRoutes::acknowledge),
                Route.put("/alerts/mutes/{rule}", UserRole.OPERATOR, AlertRoutes::mute),
                Route.delete("/alerts/mutes/{rule}", UserRole.OPERATOR, AlertRoutes::unmute),
                Route.post("/alerts/test", UserRole.ADMIN, this::test));
    }

    private record AlertsJson(List<AlertJson> open, List<AlertJson> over, List<MuteJson> mutes, TellerJson told) {}

    private record AlertJson(
            String rule,
            String severity,
            String subject,
            String evidence,
            long wrongForMillis,
            Long overMillisAgo,
            AckJson acknowledged,
            boolean muted) {
        static AlertJson of(AlertBook.Alert alert, long nowMillis) {
            boolean isOver = alert.overMillis() >= 0;
            return new AlertJson(
                    alert.rule().word(),
                    Words.of(alert.rule().severity()),
                    alert.subject(),
                    alert.evidence(),
                    (isOver ? alert.overMillis() : nowMillis) - alert.sinceMillis(),
                    isOver ? nowMillis - alert.overMillis() : null,
                    alert.ack()
                            .map(ack -> new AckJson(ack.by(), ack.reason(), ack.millisAgo()))
                            .orElse(null),
                    alert.mute().isPresent());
        }
    }

    private record AckJson(String by, String reason, long millisAgo) {}

    private record MuteJson(String rule, long millisLeft, String reason, String by, long millisAgo) {}

    private record TellerJson(String head, boolean thisHead, List<ChannelJson> channels) {}

    /** @param problem why the last message was not taken; empty when it was, null when there was none */
    private record ChannelJson(String name, String problem) {
        static ChannelJson of(Alerts.Channel channel) {
            return new ChannelJson(
                    channel.name(), channel.last().map(Postbox.Outcome::problem).orElse(null));
        }
    }

    private void list(ApiRequest request) {
        List<MuteJson> mutes = request.read(views -> views.alertNotes().mutes().stream()
                .map(mute -> new MuteJson(mute.rule(), mute.millisLeft(), mute.reason(), mute.by(), mute.millisAgo()))
                .toList());
        Alerts.Now now = request.read(views -> alerts.now().seenBy(request.principal(), views));
        request.json(new AlertsJson(
                now.open().stream()
                        .map(alert -> AlertJson.of(alert, now.nowMillis()))
                        .toList(),
                now.over().stream()
                        .map(alert -> AlertJson.of(alert, now.nowMillis()))
                        .toList(),
                mutes,
                new TellerJson(
                        now.teller().orElse(null),
                        now.thisHeadTells(),
                        now.channels().stream().map(ChannelJson::of).toList())));
    }

    private static void acknowledge(ApiRequest request) {
        Fields body = request.fields();
        String word = body.requiredText("rule", 64);
        Optional<Rule> rule = Rule.of(word);
        if (rule.isEmpty() && !word.isEmpty()) {
            body.wrong("rule", "is '" + word + "': write one of " + words());
        }
        String subject = body.requiredText("subject", SUBJECT_CHARS_MAX);
        String reason = body.requiredText("reason", REASON_CHARS_MAX);
        body.check();
        request.write(new Action.AckAlert(word, subject, reason));
    }

    private static void mute(ApiRequest request) {
        Fields body = request.fields();
        Optional<Long> seconds = body.number("forSeconds", 60, MUTE_MAX.toSeconds());
        if (seconds.isEmpty()) {
            body.wrong("forSeconds", "is missing: say for how many seconds nobody wants to hear of it");
        }
        String reason = body.requiredText("reason", REASON_CHARS_MAX);
        body.check();
        request.write(new Action.MuteAlerts(rule(request).word(), seconds.map(Duration::ofSeconds), reason));
    }

    private static void unmute(ApiRequest request) {
        request.write(new Action.MuteAlerts(rule(request).word(), Optional.empty(), ""));
    }

    private static Rule rule(ApiRequest request) {
        String word = request.context().pathParam("rule");
        return Rule.of(word)
                .orElseThrow(() -> ProblemException.of(
                        Refusal.Kind.NOT_FOUND, "there is no rule of that name: there are " + words()));
    }

    private static String words() {
        return String.join(", ", Arrays.stream(Rule.values()).map(Rule::word).toList());
    }

    private record TestJson(List<ChannelJson> channels) {}

    private void test(ApiRequest request) {
        request.read(views -> true);
        if (!testing.tryAcquire()) {
            throw ProblemException.of(Refusal.Kind.CONFLICT, "another test is being told: wait for its end");
        }
        try {
            request.json(
                    new TestJson(alerts.test().stream().map(ChannelJson::of).toList()));
        } finally {
            testing.release();
        }
    }
}
