package dev.bramble.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** Small files for one purpose, deleted together. Methods block on the disk: call them off the event loop. */
public interface Scratch {
    /** Writes a file of the group; the name is relative and already checked. Not flushed: it may vanish in a crash. */
    Path write(String group, String name, byte[] bytes) throws IOException;

    /** Adds to a file of the group, which is made if it is not there; the same holds. */
    Path append(String group, String name, Content content) throws IOException;

    /** What is written. */
    @FunctionalInterface
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Deletes every file of the group. */
    void delete(String group) throws IOException;
}
