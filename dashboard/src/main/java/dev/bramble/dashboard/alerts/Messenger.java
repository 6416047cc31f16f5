package dev.bramble.dashboard.alerts;

import java.io.IOException;

/** A way to tell people. Blocks for a limited time. */
interface Messenger {
    /** As the page names it. */
    String name();

    /** @throws IOException when it was not taken, with the end of a sentence that says why */
    void tell(Notice notice) throws IOException, InterruptedException;
}
