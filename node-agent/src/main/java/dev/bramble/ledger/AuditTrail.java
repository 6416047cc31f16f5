package dev.bramble.ledger;

import dev.bramble.model.CutText;
import dev.bramble.model.Setting;
import dev.bramble.time.Moment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Everything that was done or refused, in one order on every copy. Only ever added to: what no longer fits goes from
 * its old end, and the trail says how much has gone.
 */
public final class AuditTrail {
    /** A sentence or two; the rest is cut, so that the trail's size has a bound. */
    static final int TEXT_CHARS_MAX = 500;

    private final Settings settings;
    private final ArrayDeque<AuditRecord> records = new ArrayDeque<>();
    private long last;
    /** Where the command comes from that is being applied. */
    private Optional<Origin> origin = Optional.empty();

    private boolean isNoted;

    AuditTrail(Settings settings) {
        this.settings = settings;
    }

    /** A record with its place in the trail, from 1 on. */
    public record Numbered(long number, AuditRecord record) {}

    /** What {@code from}'s user does until {@link #end} was asked for there. */
    void begin(Origin from) {
        origin = Optional.of(from);
        isNoted = false;
    }

    /** @return whether its user did something since {@link #begin} */
    boolean end() {
        origin = Optional.empty();
        return isNoted;
    }

    /** Something was done; with where it came from, when it was done by the user of {@link #begin}. */
    void add(Moment at, String by, String what) {
        Optional<Origin> from = origin.filter(its -> its.user().equals(by));
        isNoted |= from.isPresent();
        keep(new AuditRecord(
                at, by, CutText.shortened(what, TEXT_CHARS_MAX), from.map(its -> new AuditRecord.Details(its, 0))));
    }

    /** Something was refused, so many times. */
    void refused(Moment at, Command.Refused refused) {
        keep(new AuditRecord(
                at,
                refused.origin().user(),
                CutText.shortened(refused.why(), TEXT_CHARS_MAX),
                Optional.of(new AuditRecord.Details(refused.origin(), refused.times()))));
    }

    private void keep(AuditRecord record) {
        records.addLast(record);
        last++;
        trim();
    }

    /** Drops from the old end what is more than the setting allows. */
    void trim() {
        // Whatever an entry says: no setting makes the trail forget what has just been done.
        long max = Math.max(Setting.AUDIT_RECORDS_MAX.min(), settings.get(Setting.AUDIT_RECORDS_MAX));
        while (records.size() > max) {
            records.removeFirst();
        }
    }

    /** Number of the newest record; 0 before the first. */
    public long last() {
        return last;
    }

    /** How many older records have gone to make room. */
    public long dropped() {
        return last - records.size();
    }

    /** Oldest first. */
    public List<AuditRecord> all() {
        return List.copyOf(records);
    }

    /** Newest first, from the one before {@code before} on; 0 for all. */
    public Iterable<Numbered> newestFirst(long before) {
        long skipped = before <= 0 ? 0 : Math.clamp(last - before + 1, 0, records.size());
        return () -> new Iterator<>() {
            private final Iterator<AuditRecord> newest = newestFrom(skipped);
            private long number = last - skipped;

            @Override
            public boolean hasNext() {
                return newest.hasNext();
            }

            @Override
            public Numbered next() {
                return new Numbered(number--, newest.next());
            }
        };
    }

    private Iterator<AuditRecord> newestFrom(long skipped) {
        Iterator<AuditRecord> newest =
                Collections.unmodifiableCollection(records.reversed()).iterator();
        for (long i = 0; i < skipped; i++) {
            newest.next();
        }
        return newest;
    }

    List<AuditRecord> image() {
        return new ArrayList<>(records);
    }

    /** @param newest empty in snapshots of releases that did not count them */
    void restore(List<AuditRecord> image, Optional<Long> newest) {
        records.addAll(image);
        last = newest.orElse((long) image.size());
    }
}
