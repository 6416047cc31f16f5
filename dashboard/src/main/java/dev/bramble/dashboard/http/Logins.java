package dev.bramble.dashboard.http;

import dev.bramble.control.Action;
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
    private final Uses uses;

    public Logins(Control control) {
        this.control = control;
        this.uses = new Uses(control, System::nanoTime);
    }

    /** Whose session a browser shows; empty when it is over, which is nobody's mistake. */
    public Optional<Views.Principal> session(String credential) {
        return credential.length() > CREDENTIAL_CHARS_MAX
                ? Optional.empty()
                : Waiting.await(control.read(1, views -> views.authenticate(credential)));
    }

    /** The caller does something just now. */
    public void noteUse(Context context, Views.Principal caller, String credential) {
        uses.note(caller.tokenId(), credential, ClientWords.address(context));
    }

    /** Has the leader write down what this head refuses by itself. Does not wait. */
    public void noteRefusal(Context context, String credential, String what, String why) {
        control.act(credential, new Action.NoteRefusal(what, why), ClientWords.address(context))
                .exceptionally(unheard -> null);
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
        String address = ClientWords.address(context);
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
