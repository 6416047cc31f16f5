package dev.bramble.control.jobfile;

import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.util.List;
import java.util.Optional;

/**
 * Turns what a job says of files into files named by their hashes. What it cannot find or will not take, it adds to the
 * problems, and returns what is left.
 */
public interface FileSource {
    /** The files that one element of {@code ship} stands for: one, or all beneath a folder. */
    List<ShippedFile> ship(Node element, Problems problems);

    /** The file of {@code tasks.lines}, its lines counted. */
    Optional<TaskSource.Lines> lines(Node value, Problems problems);

    /** The files of {@code tasks.each}, in the order of their tasks. */
    List<ShippedFile> each(Node value, Problems problems);
}
