package dev.bramble.cluster;

/** How a member left the view, as far as this node can tell. */
public enum Departure {
    /** It said goodbye: its agent was stopped in order. */
    FAREWELL("its agent said goodbye"),
    /** Its connections closed without a word: its process ended, and its board may live. */
    CLOSED("its connection closed"),
    /** Nothing was heard of it any more: without power, frozen, or cut off. */
    SILENT("it was silent and did not answer"),
    UNKNOWN("it left the cluster");

    private final String evidence;

    Departure(String evidence) {
        this.evidence = evidence;
    }

    /** What speaks for it, as the end of a sentence. */
    public String evidence() {
        return evidence;
    }
}
