package dev.bramble.trust;

import dev.bramble.model.Password;

/** Hashes at once, and hides nothing: for simulations and tests. */
public final class SimPasswordHashing implements PasswordHashing {
    private static final String PREFIX = "$sim$";

    @Override
    public String hash(Password password) {
        return PREFIX + Integer.toHexString(password.text().hashCode());
    }

    @Override
    public boolean matches(Password password, String phc) {
        return hash(password).equals(phc);
    }

    @Override
    public String decoy() {
        return PREFIX;
    }
}
