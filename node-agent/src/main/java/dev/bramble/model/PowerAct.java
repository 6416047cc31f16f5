package dev.bramble.model;

/** What may be done with the power of a board. */
public enum PowerAct {
    REBOOT("reboot"),
    /** It stays off until somebody switches it on. */
    POWEROFF("poweroff");

    private final String word;

    PowerAct(String word) {
        this.word = word;
    }

    /** As systemctl and people call it. */
    public String word() {
        return word;
    }
}
