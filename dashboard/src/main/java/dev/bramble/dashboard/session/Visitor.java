package dev.bramble.dashboard.session;

import dev.bramble.control.Views;

/**
 * Somebody who was let in.
 *
 * @param who with which role, when this was asked
 * @param session names it; as secret as the credential
 * @param credential what the voters are shown with each action
 */
public record Visitor(Views.Principal who, String session, String credential) {
    /** Without the secrets. */
    @Override
    public String toString() {
        return "Visitor[" + who + "]";
    }
}
