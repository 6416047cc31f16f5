package dev.bramble.model;

/** A password on its way to where it is checked. Never printed, never kept. */
public record Password(String text) {
    @Override
    public String toString() {
        return "(password)";
    }
}
