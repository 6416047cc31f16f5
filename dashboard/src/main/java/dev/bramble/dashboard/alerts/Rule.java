package dev.bramble.dashboard.alerts;

import dev.bramble.dashboard.http.Words;
import dev.bramble.model.Setting;
import java.util.Arrays;
import java.util.Optional;

/** Something that may be wrong. */
public enum Rule {
    NO_LEADER(Severity.CRITICAL, Setting.ALERTS_HOLD, "nothing can be written while the bramble has no leader"),
    HEAD_CUT_OFF(Severity.CRITICAL, Setting.ALERTS_HOLD, "a head that hears nothing shows what was, not what is"),
    NO_SPARE_VOTER(
            Severity.CRITICAL, Setting.ALERTS_HOLD, "one voter more away, and the bramble can record nothing any more"),
    ONE_COPY_ONLY(Severity.WARNING, Setting.ALERTS_HOLD, "one card holds the only copy of the ledger"),
    NODE_DOWN(Severity.WARNING, Setting.ALERTS_NODE_DOWN_AFTER, "a node is away that nobody took out"),
    UNDER_VOLTAGE(Severity.WARNING, Setting.ALERTS_UNDER_VOLTAGE_AFTER, "a board gets too little power"),
    DEADLINE_AT_RISK(Severity.WARNING, Setting.ALERTS_HOLD, "a job may miss its deadline"),
    UNDER_REPLICATED(Severity.WARNING, Setting.ALERTS_HOLD, "files have fewer copies than they should"),
    CARD_WORN(Severity.WARNING, Setting.ALERTS_HOLD, "a card has been written more than it bears, or refuses writes");

    /** How bad it is. */
    public enum Severity {
        WARNING,
        CRITICAL
    }

    private final Severity severity;
    private final Setting hold;
    private final String meaning;

    Rule(Severity severity, Setting hold, String meaning) {
        this.severity = severity;
        this.hold = hold;
        this.meaning = meaning;
    }

    public Severity severity() {
        return severity;
    }

    /** How long it must be wrong before it is an alert. */
    Setting hold() {
        return hold;
    }

    /** For people. */
    public String meaning() {
        return meaning;
    }

    /** Its name outside, and in the ledger. */
    public String word() {
        return Words.of(this);
    }

    static Optional<Rule> of(String word) {
        return Arrays.stream(values()).filter(rule -> rule.word().equals(word)).findFirst();
    }
}
