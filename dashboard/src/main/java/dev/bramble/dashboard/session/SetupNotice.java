package dev.bramble.dashboard.session;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.watch.Seen;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * Says on the console of the first head how the first admin is made: once after each start, while there is none. The
 * code is worth nothing afterwards, and is not said again. For one thread.
 */
public final class SetupNotice {
    private static final Logger LOG = Logger.getLogger(SetupNotice.class.getName());

    private final Control control;
    private final int port;
    private Optional<String> code;

    /** @param code empty on every head but the first */
    public SetupNotice(Control control, Optional<String> code, int port) {
        this.control = control;
        this.code = code;
        this.port = port;
    }

    /** Takes one look at the bramble. */
    public void look(Seen seen) {
        // Before it hears the bramble, a head does not know whether there is an admin.
        if (code.isEmpty() || !seen.isFresh()) {
            return;
        }
        String once = code.get();
        code = Optional.empty();
        control.read(0, Views::needsSetup).thenAccept(isNeeded -> {
            if (isNeeded) {
                LOG.info("nobody has set up this bramble yet: open /setup on port " + port + " of this head, and give"
                        + " the code " + once + ", which works once");
            }
        });
    }
}
