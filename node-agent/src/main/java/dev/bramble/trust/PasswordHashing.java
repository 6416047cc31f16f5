package dev.bramble.trust;

import dev.bramble.model.Password;

/** Turns passwords into what may be kept of them. Each call is slow on purpose, and takes memory. */
public interface PasswordHashing {
    /** With a salt of its own, in PHC form. */
    String hash(Password password);

    /** Whether {@code phc} was made of this password; false for what is no hash. */
    boolean matches(Password password, String phc);

    /** A hash of nothing that anybody knows, so that an unknown user costs the same time as a known one. */
    String decoy();
}
