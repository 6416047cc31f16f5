package dev.bramble.model;

/** The identity of a bramble's ledger, made at founding: indexes of two ledgers never compare. */
public record LedgerId(String value) {
    @Override
    public String toString() {
        return value;
    }
}
