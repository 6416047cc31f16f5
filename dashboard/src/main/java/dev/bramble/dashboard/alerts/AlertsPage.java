package dev.bramble.dashboard.alerts;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What is wrong and has been for a while; who knows of it, and who is told. */
public final class AlertsPage {
    static final String PATH = "/alerts";
    private static final String TEMPLATE = "alerts/alerts";

    private final Alerts alerts;

    public AlertsPage(Alerts alerts) {
        this.alerts = alerts;
    }

    public Screen screen() {
        return new Screen(PATH, Section.ALERTS, this::load);
    }

    private CompletionStage<Content> load(Control control, ScreenRequest request) {
        boolean mayAct = request.may(UserRole.OPERATOR);
        boolean mayTest = request.may(UserRole.ADMIN);
        return control.read(0, views -> {
            Alerts.Now now = alerts.now().seenBy(request.visitor(), views);
            Page page = Page.of(now, views.alertNotes(), mayAct, mayTest);
            return Content.of("Alerts", TEMPLATE, page)
                    .live(
                            Part.of("open", TEMPLATE, "open", page.open()),
                            Part.of("over", TEMPLATE, "over", page.over()),
                            Part.of("told", TEMPLATE, "told", page.told()));
        });
    }

    /**
     * An alert as a line.
     *
     * @param id for elements of the page
     * @param word of its icon and colour
     * @param state in words
     * @param knows who acknowledged it and why, or that its rule is muted; may be empty
     */
    public record Row(
            String id,
            String rule,
            String subject,
            String word,
            String state,
            String sentence,
            String since,
            String knows,
            boolean mayAcknowledge) {
        static Row of(AlertBook.Alert alert, long nowMillis, boolean mayAct) {
            boolean isOver = alert.overMillis() >= 0;
            long until = isOver ? alert.overMillis() : nowMillis;
            String since = isOver
                    ? "over for " + Shown.time(nowMillis - alert.overMillis()) + ", it lasted "
                            + Shown.time(until - alert.sinceMillis())
                    : "for " + Shown.time(until - alert.sinceMillis()) + ", as far as this head has seen";
            return new Row(
                    (alert.rule().word() + "-" + alert.subject()).replaceAll("[^A-Za-z0-9-]", "_"),
                    alert.rule().word(),
                    alert.subject(),
                    isOver ? "well" : word(alert),
                    isOver ? "over" : state(alert),
                    Shown.sentence(alert.evidence()),
                    since,
                    knows(alert),
                    mayAct && !isOver && alert.ack().isEmpty());
        }

        private static String word(AlertBook.Alert alert) {
            if (alert.isQuiet()) {
                return "cancelled";
            }
            return switch (alert.rule().severity()) {
                case WARNING -> "attention";
                case CRITICAL -> "trouble";
            };
        }

        private static String state(AlertBook.Alert alert) {
            if (alert.ack().isPresent()) {
                return "known";
            }
            return alert.mute().isPresent()
                    ? "muted"
                    : switch (alert.rule().severity()) {
                        case WARNING -> "warning";
                        case CRITICAL -> "critical";
                    };
        }

        private static String knows(AlertBook.Alert alert) {
            Optional<String> known = alert.ack()
                    .map(ack -> ack.by() + " knows since " + Shown.time(ack.millisAgo()) + ": " + ack.reason());
            return known.or(() -> alert.mute()
                            .map(mute -> "muted by " + mute.by() + " for " + Shown.time(mute.millisLeft()) + " more: "
                                    + mute.reason()))
                    .orElse("");
        }
    }

    /** @param left how much longer */
    public record MuteRow(String rule, String left, String why) {}

    private static final String HOW_TO_TELL =
            "set a webhook or a mail command, alert_webhook or alert_mail in head.yaml, the same on every head.";

    /** Why nobody is told by this head, for other pages; empty when somebody is, or it is not known yet. */
    public static String whyNobodyIsTold(Alerts alerts) {
        Alerts.Now now = alerts.now();
        return now.channels().isEmpty() && now.teller().isPresent()
                ? Told.of(now).sentence()
                : "";
    }

    /** @param word whether messages go out: of the icon and the colour */
    public record Told(String word, String label, String sentence, List<String> channels) {
        static Told of(Alerts.Now now) {
            List<String> channels = now.channels().stream().map(Told::shown).toList();
            String teller = now.teller().orElse("");
            if (teller.isEmpty()) {
                return new Told("attention", "not yet", "This head has just started and has not looked yet.", channels);
            }
            boolean isMute = channels.isEmpty();
            if (!now.thisHeadTells()) {
                return isMute
                        ? new Told(
                                "attention",
                                "this head tells nobody",
                                "Head " + teller + " tells people as its own head.yaml says; this one could not take"
                                        + " over: " + HOW_TO_TELL,
                                channels)
                        : new Told(
                                "well",
                                "told",
                                "Head " + teller + " tells people; this one would take over.",
                                channels);
            }
            return isMute
                    ? new Told("attention", "nobody is told", "Nobody is told: " + HOW_TO_TELL, channels)
                    : new Told("well", "told", "This head tells people.", channels);
        }

        private static String shown(Alerts.Channel channel) {
            return channel.last()
                    .map(last -> last.problem().isEmpty()
                            ? channel.name() + ": the last message was taken"
                            : channel.name() + ": the last message was not taken, " + last.problem())
                    .orElse(channel.name() + ": nothing was told yet");
        }
    }

    /** @param rule with {@code meaning} for the list to choose from */
    public record RuleChoice(String rule, String meaning) {}

    /** All that the page shows. */
    public record Page(
            List<Row> open,
            List<Row> over,
            List<MuteRow> mutes,
            Told told,
            List<RuleChoice> rules,
            boolean mayAct,
            boolean mayTest) {
        static Page of(Alerts.Now now, Views.AlertNotesView notes, boolean mayAct, boolean mayTest) {
            List<MuteRow> mutes = new ArrayList<>();
            notes.mutes()
                    .forEach(mute -> mutes.add(
                            new MuteRow(mute.rule(), Shown.time(mute.millisLeft()), mute.by() + ": " + mute.reason())));
            return new Page(
                    now.open().stream()
                            .map(alert -> Row.of(alert, now.nowMillis(), mayAct))
                            .toList(),
                    now.over().stream()
                            .map(alert -> Row.of(alert, now.nowMillis(), mayAct))
                            .toList(),
                    List.copyOf(mutes),
                    Told.of(now),
                    Arrays.stream(Rule.values())
                            .map(rule -> new RuleChoice(rule.word(), rule.meaning()))
                            .toList(),
                    mayAct,
                    mayTest);
        }
    }
}
