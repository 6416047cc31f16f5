package dev.bramble.dashboard.alerts;

import dev.bramble.control.Action;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.CutText;
import dev.bramble.model.Refusal;
import dev.bramble.model.UserRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What people say about alerts on their page. */
public final class AlertForms {
    private AlertForms() {}

    public static List<FormScreen> all(Alerts alerts) {
        return List.of(
                form("/alerts/ack", UserRole.OPERATOR, AlertForms::acknowledge),
                form("/alerts/mute", UserRole.OPERATOR, AlertForms::mute),
                form("/alerts/unmute", UserRole.OPERATOR, AlertForms::unmute),
                form("/alerts/test", UserRole.ADMIN, request -> test(alerts)));
    }

    /** @param does the thing, and says what was done */
    private static FormScreen form(String path, UserRole needed, Function<FormRequest, String> does) {
        return new FormScreen(
                path,
                Section.ALERTS,
                needed,
                request -> new FormScreen.Outcome.Go(AlertsPage.PATH, does.apply(request)));
    }

    private static String acknowledge(FormRequest request) {
        String subject = CutText.shortened(request.field("subject"), AlertRoutes.SUBJECT_CHARS_MAX);
        request.readAfter(
                request.act(new Action.AckAlert(rule(request).word(), subject, reason(request, "I know"))),
                views -> views.revision());
        return "It is known that you know: nobody is told of " + subject + " again until it was well in between.";
    }

    private static String mute(FormRequest request) {
        String hours = request.field("hours");
        if (!hours.matches("[0-9]{1,3}") || hours.matches("0+")) {
            throw wrong("say for how many hours nobody wants to hear of it, from 1 to 720");
        }
        Duration length = Duration.ofHours(Integer.parseInt(hours));
        if (length.compareTo(AlertRoutes.MUTE_MAX) > 0) {
            throw wrong("a rule is muted for 720 hours at most: change its hold in the settings instead");
        }
        Rule rule = rule(request);
        request.readAfter(
                request.act(
                        new Action.MuteAlerts(rule.word(), Optional.of(length), reason(request, "no reason given"))),
                views -> views.revision());
        return "Nobody is told of " + rule.word() + " for " + hours + " h.";
    }

    private static String unmute(FormRequest request) {
        Rule rule = rule(request);
        request.readAfter(
                request.act(new Action.MuteAlerts(rule.word(), Optional.empty(), "")), views -> views.revision());
        return "People are told of " + rule.word() + " again.";
    }

    private static String test(Alerts alerts) {
        List<Alerts.Channel> told = alerts.test();
        return told.isEmpty()
                ? "Nothing is configured on this head: set alert_webhook or alert_mail in head.yaml."
                : told.stream()
                        .map(channel -> channel.name() + ": "
                                + channel.last()
                                        .map(Postbox.Outcome::problem)
                                        .filter(problem -> !problem.isEmpty())
                                        .orElse("the test was taken"))
                        .collect(Collectors.joining("; "));
    }

    private static Rule rule(FormRequest request) {
        return Rule.of(request.field("rule")).orElseThrow(() -> wrong("choose the rule that this is about"));
    }

    private static String reason(FormRequest request, String otherwise) {
        String reason = CutText.shortened(request.field("reason"), AlertRoutes.REASON_CHARS_MAX);
        return reason.isEmpty() ? otherwise : reason;
    }

    private static ProblemException wrong(String sentence) {
        return ProblemException.of(Refusal.Kind.INVALID, sentence);
    }
}
