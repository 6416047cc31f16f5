package dev.bramble.store;

import java.io.IOException;
import java.nio.file.Path;

/** Small files for one purpose, deleted together. Methods block on the disk: call them off the event loop. */
public interface Scratch {
    /** Writes a file of the group; the name is relative and already checked. Not flushed: it may vanish in a crash. */
    Path write(String group, String name, byte[] bytes) throws IOException;

    /** Deletes every file of the group. */
    void delete(String group) throws IOException;
}
