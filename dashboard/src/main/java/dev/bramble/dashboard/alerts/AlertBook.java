package dev.bramble.dashboard.alerts;

import dev.bramble.control.Views;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * From findings to alerts: a finding that holds becomes one, and one that has been well for a while is over. Pure but
 * for its own memory; reads no clock. For one thread at a time.
 */
final class AlertBook {
    /** Five for each board of the largest bramble; more at once is one sentence, not five hundred. */
    static final int OPEN_MAX = 500;
    /** Those that are over, for people who come later: a page of them. */
    static final int OVER_MAX = 100;
    /** An alert that began before this head looked counts as known by a word about it that is not older. */
    static final Duration OLD_ACK_MAX = Duration.ofDays(7);
    /** So long another head that told of alerts may have been gone before it was noticed: they are told again. */
    static final Duration TOLD_BY_ANOTHER = Duration.ofMinutes(1);

    private record Key(Rule rule, String subject) {}

    private static final class Entry {
        final Finding first;
        final long sinceMillis;
        final boolean isFromTheStart;
        String evidence;
        long wellSinceMillis = -1;
        long firedMillis = -1;
        boolean isTold;

        Entry(Finding first, long sinceMillis, boolean isFromTheStart) {
            this.first = first;
            this.sinceMillis = sinceMillis;
            this.isFromTheStart = isFromTheStart;
            this.evidence = first.evidence();
        }

        boolean hasFired() {
            return firedMillis >= 0;
        }
    }

    /**
     * An alert as it stands.
     *
     * @param sinceMillis when it began to be wrong, on the clock of the looks
     * @param overMillis when it was over; −1 while it is not
     * @param ack who knows of it
     * @param mute who wants to hear nothing of its rule
     */
    record Alert(
            Rule rule,
            String subject,
            String evidence,
            long sinceMillis,
            long overMillis,
            Optional<Views.AlertAck> ack,
            Optional<Views.AlertMute> mute) {
        boolean isQuiet() {
            return ack.isPresent() || mute.isPresent();
        }
    }

    /** Something to tell: an alert that began, or one that is over. */
    record News(Alert alert, boolean isOver) {}

    private final Map<Key, Entry> entries = new LinkedHashMap<>();
    private final Deque<Alert> over = new ArrayDeque<>();
    private boolean hasLooked;
    private long nowMillis;
    private Views.AlertNotesView notes = new Views.AlertNotesView(List.of(), List.of());

    /**
     * Takes what one look found.
     *
     * @param tells whether this head is the one that tells people
     * @return what to tell, when it is
     */
    List<News> look(long atMillis, Rules.Judged judged, Rules.Holds holds, Views.AlertNotesView said, boolean tells) {
        nowMillis = atMillis;
        notes = said;
        for (Finding finding : judged.found()) {
            Key key = new Key(finding.rule(), finding.subject());
            Entry entry = entries.get(key);
            if (entry == null && entries.size() < OPEN_MAX) {
                entry = new Entry(finding, atMillis, !hasLooked);
                entries.put(key, entry);
            }
            if (entry != null) {
                entry.evidence = finding.evidence();
                entry.wellSinceMillis = -1;
                boolean holdsLongEnough = atMillis - entry.sinceMillis
                        >= holds.before().get(finding.rule()).toMillis();
                if (!entry.hasFired() && holdsLongEnough) {
                    entry.firedMillis = atMillis;
                }
            }
        }
        hasLooked = true;
        List<News> news = new ArrayList<>();
        settle(judged, holds, tells, news);
        tell(tells, news);
        return news;
    }

    private void settle(Rules.Judged judged, Rules.Holds holds, boolean tells, List<News> news) {
        for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
            Entry entry = all.next();
            boolean isFound = judged.found().stream()
                    .anyMatch(finding -> finding.rule() == entry.first.rule()
                            && finding.subject().equals(entry.first.subject()));
            if (isFound || !judged.judged().contains(entry.first.rule())) {
                continue;
            }
            if (entry.wellSinceMillis < 0) {
                entry.wellSinceMillis = nowMillis;
            }
            if (!entry.hasFired()) {
                all.remove();
            } else if (nowMillis - entry.wellSinceMillis >= holds.resolve().toMillis()) {
                all.remove();
                Alert ended = alert(entry, nowMillis);
                over.addFirst(ended);
                if (over.size() > OVER_MAX) {
                    over.removeLast();
                }
                if (tells && entry.isTold && ended.mute().isEmpty()) {
                    news.add(new News(ended, true));
                }
            }
        }
    }

    private void tell(boolean tells, List<News> news) {
        for (Entry entry : entries.values()) {
            if (!entry.hasFired() || entry.isTold) {
                continue;
            }
            Alert alert = alert(entry, -1);
            if (tells && !alert.isQuiet()) {
                entry.isTold = true;
                news.add(new News(alert, false));
            } else if (!tells && alert.mute().isEmpty()) {
                entry.isTold = nowMillis - entry.firedMillis > TOLD_BY_ANOTHER.toMillis();
            }
        }
    }

    private Alert alert(Entry entry, long overMillis) {
        return new Alert(
                entry.first.rule(),
                entry.first.subject(),
                entry.evidence,
                entry.sinceMillis,
                overMillis,
                ack(entry),
                notes.mutes().stream()
                        .filter(mute -> mute.rule().equals(entry.first.rule().word()))
                        .findFirst());
    }

    /** Only what was said while it was wrong counts; of what began before the first look, nobody knows since when. */
    private Optional<Views.AlertAck> ack(Entry entry) {
        long wrongForMillis = nowMillis - entry.sinceMillis;
        return notes.acks().stream()
                .filter(ack -> ack.rule().equals(entry.first.rule().word())
                        && ack.subject().equals(entry.first.subject()))
                .filter(ack -> ack.millisAgo()
                        <= (entry.isFromTheStart ? wrongForMillis + OLD_ACK_MAX.toMillis() : wrongForMillis))
                .findFirst();
    }

    /** Those that are not over, the newest first. */
    List<Alert> open() {
        return entries.values().stream()
                .filter(Entry::hasFired)
                .map(entry -> alert(entry, -1))
                .toList()
                .reversed();
    }

    /** Those that are, the newest first. */
    List<Alert> over() {
        return List.copyOf(over);
    }

    long nowMillis() {
        return nowMillis;
    }
}
