package dev.bramble.dashboard.http;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.model.Refusal;
import io.javalin.http.Context;
import java.util.Optional;

/** Finds out whom a credential speaks for, slowing down those who try wrong ones. Safe for many threads. */
public final class Logins {
    /** Longer than any token; hashing megabytes of header would be work for nothing. */
    private static final int CREDENTIAL_CHARS_MAX = 512;

    private final Control control;
    private final Throttle throttle = new Throttle(System::nanoTime);

    public Logins(Control control) {
        this.control = control;
    }

    /**
     * @param after the write that made the credential, if the caller names one
     * @throws ProblemException when it speaks for nobody, or when this address must wait
     */
    public Views.Principal authenticate(Context context, String credential, long after) {
        if (credential.isEmpty()) {
            throw ProblemException.of(
                    Refusal.Kind.UNAUTHENTICATED,
                    "this needs a token: send the header 'Authorization: Bearer TOKEN'; an admin makes tokens");
        }
        String address = context.req().getRemoteAddr();
        int waitSeconds = throttle.waitSeconds(address, credential);
        if (waitSeconds > 0) {
            throw ProblemException.tooOften(
                    "too many wrong tokens came from " + address + ": wait " + waitSeconds
                            + " s, then send a valid one",
                    waitSeconds);
        }
        Optional<Views.Principal> principal = credential.length() > CREDENTIAL_CHARS_MAX
                ? Optional.empty()
                // A head that has just started knows nobody: that is no word against the token.
                : Waiting.await(control.read(Math.max(after, 1), views -> views.authenticate(credential)));
        if (principal.isEmpty()) {
            throttle.failed(address, credential);
            throw ProblemException.of(
                    Refusal.Kind.UNAUTHENTICATED,
                    "this token is unknown, revoked or expired: ask an admin for a new one");
        }
        throttle.succeeded(credential);
        return principal.get();
    }
}
