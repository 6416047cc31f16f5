package dev.bramble.trust;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.time.Moment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The boards that wait to be let in by code. Owned by the leader's event loop; soft state: when the leader changes it
 * is lost, and every waiting board begins again, with a new code.
 *
 * <pre>
 *  begin → COMMITTED ──reveal──▶ WAITING ──admit──▶ ADMITTED ─┐
 *              │ 30 s               │ └───refuse──▶ REFUSED  ─┤ 15 min
 *              ▼                    ▼ 15 min                  ▼
 *           (gone)               EXPIRED ──────15 min─────▶ (gone)
 * </pre>
 */
public final class WaitingList {
    /** Boards that wait at once: a bramble of 100 that is set up in one go, and some over. */
    public static final int WAITING_MAX = 128;
    /** From one address: a machine that runs a whole bramble, or a flood from one place. */
    public static final int WAITING_PER_ADDRESS_MAX = 32;
    /** Long enough to walk to the boards and back; each waiting board is one chance in a million for an impostor. */
    public static final Duration WAITING_TIME = Duration.ofMinutes(15);
    /** Between the first two steps no person is involved; a stranger that stops there holds a place no longer. */
    public static final Duration REVEAL_TIME = Duration.ofSeconds(30);
    /** How long an answer is kept for a node that polls every few seconds and may be rebooted meanwhile. */
    public static final Duration ANSWER_TIME = Duration.ofMinutes(15);

    private static final int ID_BYTES = 16;

    private final Authorities trusted;
    private final RandomGenerator random;
    /** In the order of {@link #begin}. */
    private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>();

    /**
     * A board that waits for an operator's decision.
     *
     * @param enrolment names it
     * @param code what its console shows, if nobody sits between
     * @param certificateRequest for {@link Authority#certify}
     * @param keySha256 fingerprint of its key: a node that the ledger knows by it gets its old id again
     * @param address where it comes from
     * @param until when it stops waiting
     */
    public record Applied(
            String enrolment,
            String code,
            Applicant applicant,
            byte[] certificateRequest,
            String keySha256,
            String address,
            Moment until) {}

    private enum Phase {
        COMMITTED,
        WAITING,
        ADMITTED,
        REFUSED,
        EXPIRED
    }

    private static final class Entry {
        final String id;
        final Enrolment.Begin begin;
        final String keySha256;
        final String address;
        final byte[] brambleNonce;
        Phase phase = Phase.COMMITTED;
        Moment until;
        String code = "";
        String sentence = "";
        Enrolment.Admission admission;

        Entry(String id, Enrolment.Begin begin, String keySha256, String address, byte[] brambleNonce, Moment until) {
            this.id = id;
            this.begin = begin;
            this.keySha256 = keySha256;
            this.address = address;
            this.brambleNonce = brambleNonce;
            this.until = until;
        }

        boolean isOpen() {
            return phase == Phase.COMMITTED || phase == Phase.WAITING;
        }
    }

    /**
     * @param trusted what new nodes will trust
     * @param random a {@link java.security.SecureRandom}, except in a simulation
     */
    public WaitingList(Authorities trusted, RandomGenerator random) {
        this.trusted = trusted;
        this.random = random;
    }

    /**
     * First step. A board that begins again with the same key gives up its earlier place.
     *
     * @param keySha256 as {@link Authority#keySha256} gave it, which thereby has checked the request: strangers can
     *     make it work for milliseconds, so it may be done on another thread
     * @throws RefusedException LIMIT, when too many wait; INVALID, when the commitment is none
     */
    public Enrolment.Begun begin(Enrolment.Begin begin, String keySha256, String address, Moment now) {
        expire(now);
        if (begin.commitment().length != EnrolmentCode.COMMITMENT_BYTES) {
            throw refused(
                    Refusal.Kind.INVALID, "the commitment must have " + EnrolmentCode.COMMITMENT_BYTES + " bytes");
        }
        entries.values().removeIf(entry -> entry.isOpen() && entry.keySha256.equals(keySha256));
        if (entries.values().stream().filter(Entry::isOpen).count() >= WAITING_MAX) {
            throw refused(
                    Refusal.Kind.LIMIT,
                    WAITING_MAX
                            + " boards wait to join already: admit or refuse some in the dashboard, then try again");
        }
        if (entries.values().stream()
                        .filter(e -> e.isOpen() && e.address.equals(address))
                        .count()
                >= WAITING_PER_ADDRESS_MAX) {
            throw refused(
                    Refusal.Kind.LIMIT,
                    WAITING_PER_ADDRESS_MAX + " boards wait to join from " + address
                            + " already: admit or refuse some in the dashboard, then try again");
        }
        byte[] idBytes = new byte[ID_BYTES];
        random.nextBytes(idBytes);
        String id = HexFormat.of().formatHex(idBytes);
        byte[] nonce = EnrolmentCode.nonce(random);
        entries.put(id, new Entry(id, begin, keySha256, address, nonce, now.plus(REVEAL_TIME)));
        return new Enrolment.Begun(id, trusted, nonce.clone());
    }

    /**
     * Second step: from now on the code can be seen. Repeating it changes nothing.
     *
     * @throws RefusedException NOT_FOUND; or CONFLICT, when the nonce is not the one committed to, or another board
     *     waits under the same six digits: the enrolment is gone then, and the board begins again
     */
    public Enrolment.Status reveal(String enrolment, byte[] nonce, Moment now) {
        Entry entry = require(enrolment, now);
        if (!EnrolmentCode.opens(nonce, entry.begin.commitment())) {
            if (entry.phase == Phase.COMMITTED) {
                entries.remove(enrolment);
            }
            throw refused(Refusal.Kind.CONFLICT, "the nonce is not the one that was committed to: begin again");
        }
        if (entry.phase != Phase.COMMITTED) {
            return status(entry, now);
        }
        String code = EnrolmentCode.of(
                entry.begin.applicant(), entry.begin.certificateRequest(), trusted, nonce, entry.brambleNonce);
        boolean taken = entries.values().stream().anyMatch(e -> e.phase == Phase.WAITING && e.code.equals(code));
        if (taken) {
            entries.remove(enrolment);
            throw refused(Refusal.Kind.CONFLICT, "another board waits under the same code: begin again");
        }
        entry.code = code;
        entry.phase = Phase.WAITING;
        entry.until = now.plus(WAITING_TIME);
        return status(entry, now);
    }

    /** @throws RefusedException NOT_FOUND */
    public Enrolment.Status status(String enrolment, Moment now) {
        return status(require(enrolment, now), now);
    }

    private static Enrolment.Status status(Entry entry, Moment now) {
        return switch (entry.phase) {
            case COMMITTED, WAITING -> new Enrolment.Waiting(entry.until.since(now));
            case ADMITTED -> new Enrolment.Admitted(entry.admission);
            case REFUSED -> new Enrolment.Refused(entry.sentence);
            case EXPIRED -> new Enrolment.Expired();
        };
    }

    /** Those that wait for a decision, the longest waiting first. */
    public List<Applied> list(Moment now) {
        expire(now);
        List<Applied> waiting = new ArrayList<>();
        for (Entry entry : entries.values()) {
            if (entry.phase == Phase.WAITING) {
                waiting.add(applied(entry));
            }
        }
        return waiting;
    }

    /** The one that waits under this id, or under this code. */
    public Optional<Applied> find(String enrolmentOrCode, Moment now) {
        return list(now).stream()
                .filter(a -> a.enrolment().equals(enrolmentOrCode) || a.code().equals(enrolmentOrCode))
                .findFirst();
    }

    private static Applied applied(Entry entry) {
        return new Applied(
                entry.id,
                entry.code,
                entry.begin.applicant(),
                entry.begin.certificateRequest(),
                entry.keySha256,
                entry.address,
                entry.until);
    }

    /**
     * The operator said yes, the ledger knows the node: the board may have its certificate.
     *
     * @throws RefusedException NOT_FOUND, or CONFLICT when it no longer waits
     */
    public void admit(String enrolment, Enrolment.Admission admission, Moment now) {
        Entry entry = requireWaiting(enrolment, now);
        entry.phase = Phase.ADMITTED;
        entry.admission = admission;
        answered(entry, now);
    }

    /**
     * The operator said no.
     *
     * @param sentence shown on the board's console
     * @throws RefusedException NOT_FOUND, or CONFLICT when it no longer waits
     */
    public void refuse(String enrolment, String sentence, Moment now) {
        Entry entry = requireWaiting(enrolment, now);
        entry.phase = Phase.REFUSED;
        entry.sentence = sentence;
        answered(entry, now);
    }

    // Answers are kept in the order in which they were given, and no more of them than boards may wait.
    private void answered(Entry entry, Moment now) {
        entry.until = now.plus(ANSWER_TIME);
        entries.remove(entry.id);
        entries.put(entry.id, entry);
        if (entries.values().stream().filter(e -> !e.isOpen()).count() > WAITING_MAX) {
            entries.values().stream()
                    .filter(e -> !e.isOpen())
                    .findFirst()
                    .ifPresent(oldest -> entries.remove(oldest.id));
        }
    }

    /** Lets go of what has passed its time; every other method does this first. */
    public void expire(Moment now) {
        List<Entry> expired = new ArrayList<>();
        for (Iterator<Entry> each = entries.values().iterator(); each.hasNext(); ) {
            Entry entry = each.next();
            if (now.isBefore(entry.until)) {
                continue;
            }
            if (entry.phase == Phase.WAITING) {
                expired.add(entry);
            } else {
                each.remove();
            }
        }
        for (Entry entry : expired) {
            entry.phase = Phase.EXPIRED;
            answered(entry, now);
        }
    }

    private Entry require(String enrolment, Moment now) {
        expire(now);
        Entry entry = entries.get(enrolment);
        if (entry == null) {
            throw refused(
                    Refusal.Kind.NOT_FOUND,
                    "no board waits under this enrolment: it took too long or the bramble's leader changed;"
                            + " begin again");
        }
        return entry;
    }

    private Entry requireWaiting(String enrolment, Moment now) {
        Entry entry = require(enrolment, now);
        if (entry.phase != Phase.WAITING) {
            throw refused(
                    Refusal.Kind.CONFLICT,
                    switch (entry.phase) {
                        case COMMITTED -> "the board has not shown its code yet: wait a moment";
                        case WAITING -> throw new IllegalStateException("it does wait");
                        case ADMITTED -> "the board was admitted already";
                        case REFUSED -> "the board was refused already";
                        case EXPIRED -> "the board waited too long: it begins again by itself, with a new code";
                    });
        }
        return entry;
    }

    private static RefusedException refused(Refusal.Kind kind, String sentence) {
        return new RefusedException(kind, sentence);
    }
}
