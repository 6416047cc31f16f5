package dev.bramble.dashboard.alerts;

import dev.bramble.control.Views;
import dev.bramble.dashboard.watch.Seen;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The alerts of this head. Safe for many threads.
 *
 * <p>One head tells people: of those that are up, the one whose id comes first. When it dies it leaves the view, and
 * the next one tells, beginning with what fired in the last minute: something may be told twice, and nothing never.
 * Heads that do not see each other tell both.
 */
public final class Alerts implements AutoCloseable {
    private final AlertSettings settings;
    private final List<Postbox> boxes;
    private final AlertBook book = new AlertBook();
    private String bramble = "";
    private Optional<String> teller = Optional.empty();

    public Alerts(AlertSettings settings) {
        this.settings = settings;
        List<Postbox> all = new ArrayList<>();
        settings.webhook().ifPresent(address -> all.add(new Postbox(new Webhook(address))));
        if (!settings.mailCommand().isEmpty()) {
            all.add(new Postbox(new MailCommand(settings.mailCommand())));
        }
        this.boxes = List.copyOf(all);
    }

    /** Takes one look at the bramble; they come in the order of time. */
    public synchronized void look(Seen seen) {
        Rules.Thresholds thresholds = new Rules.Thresholds(
                setting(seen, Setting.ALERTS_DEADLINE_SLACK), setting(seen, Setting.ALERTS_CARD_WRITTEN));
        bramble = seen.summary().name();
        teller = teller(seen);
        boolean tells = teller.equals(Optional.of(settings.head()));
        List<AlertBook.News> news = book.look(
                seen.atMillis(),
                Rules.judge(seen, thresholds, settings.head()),
                Rules.Holds.of(setting -> setting(seen, setting)),
                seen.notes(),
                tells);
        if (!news.isEmpty()) {
            boxes.forEach(box -> box.put(bramble, settings.head(), news));
        }
    }

    private static long setting(Seen seen, Setting setting) {
        return seen.alertSettings().getOrDefault(setting, setting.standard());
    }

    /** Who tells, as far as this head sees. */
    private Optional<String> teller(Seen seen) {
        Optional<Views.NodeView> first = seen.nodes().stream()
                .filter(node -> node.role() == NodeRole.HEAD && node.link() != Views.Link.DOWN)
                .min(Comparator.comparing(node -> node.node().value()));
        boolean isThis = first.isEmpty()
                || settings.self().isEmpty()
                || first.get().node().equals(settings.self().get());
        return Optional.of(isThis ? settings.head() : first.get().name());
    }

    /**
     * @param teller name of the head that tells; empty before the first look
     * @param channels of this head
     */
    record Now(
            List<AlertBook.Alert> open,
            List<AlertBook.Alert> over,
            long nowMillis,
            Optional<String> teller,
            String head,
            List<Channel> channels) {
        /** Of jobs that {@code who} may not see there is nothing. */
        Now seenBy(Views.Principal who, Views views) {
            return who.ownJobsOnly()
                    ? new Now(seen(open, views), seen(over, views), nowMillis, teller, head, channels)
                    : this;
        }

        private static List<AlertBook.Alert> seen(List<AlertBook.Alert> alerts, Views views) {
            return alerts.stream()
                    .filter(alert -> Rules.jobOf(alert.rule(), alert.subject())
                            .map(job -> views.job(job).isPresent())
                            .orElse(true))
                    .toList();
        }

        boolean thisHeadTells() {
            return teller.equals(Optional.of(head));
        }
    }

    /** @param last how it went; empty while nothing was told */
    record Channel(String name, Optional<Postbox.Outcome> last) {}

    synchronized Now now() {
        return new Now(
                book.open(),
                book.over(),
                book.nowMillis(),
                teller,
                settings.head(),
                boxes.stream().map(box -> new Channel(box.name(), box.last())).toList());
    }

    /** How many alerts of a rule are not over. */
    public synchronized int open(Rule rule) {
        return (int) book.open().stream().filter(alert -> alert.rule() == rule).count();
    }

    /** Tells a test through everything that is configured here; blocks. */
    List<Channel> test() {
        return boxes.stream()
                .map(box -> new Channel(box.name(), Optional.of(box.test(bramble, settings.head()))))
                .toList();
    }

    @Override
    public void close() {
        boxes.forEach(Postbox::close);
    }
}
