package dev.bramble.model;

import java.util.SequencedMap;

/** What makes a task different from its siblings: the source of its arguments, its stdin and BRAMBLE_INPUT. */
public sealed interface TaskInput {
    /** Of {@code count}. */
    record Index(int index) implements TaskInput {}

    /** Of {@code grid}: one value for each parameter. */
    record Parameters(SequencedMap<String, String> values) implements TaskInput {}

    /** Of {@code lines}: line {@code number} (from 0) of {@code file}, looked up on the node. */
    record Line(ShippedFile file, int number) implements TaskInput {}

    /** Of {@code each}: this file. */
    record File(ShippedFile file) implements TaskInput {}

    /** Of the reduce: the results of the job's {@code tasks} tasks in a folder. */
    record Results(int tasks) implements TaskInput {}
}
