package dev.bramble.model;

import java.io.Serial;

/** Carries a {@link Refusal} through code that completes or throws. */
public final class RefusedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(refusal.sentence());
        this.refusal = refusal;
    }

    public RefusedException(Refusal.Kind kind, String sentence) {
        this(new Refusal(kind, sentence));
    }

    public Refusal refusal() {
        return refusal;
    }
}
