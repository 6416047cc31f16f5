package dev.bramble.dashboard.session;

import dev.bramble.control.Views;

/**
 * Somebody who was let in.
 *
 * @param who with which role, when this was asked
 * @param credential the session's secret, which the voters are shown with each action
 */
public record Visitor(Views.Principal who, String credential) {
    /** Names the session. */
    public String session() {
        return who.tokenId();
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "Visitor[" + who + "]";
    }
}
