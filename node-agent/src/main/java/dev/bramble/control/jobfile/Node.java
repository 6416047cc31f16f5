package dev.bramble.control.jobfile;

import java.util.List;
import java.util.Optional;

/** A value in what a user wrote, with its place. Depth and size are limited by whoever builds the tree. */
public sealed interface Node {
    Place place();

    record Text(Place place, String text) implements Node {}

    /** @param written as it was written, in the syntax of its format */
    record Number(Place place, String written) implements Node {}

    /** @param written as it was written */
    record Flag(Place place, boolean value, String written) implements Node {}

    /** A key without a value, or {@code null}. */
    record Missing(Place place) implements Node {}

    record ListNode(Place place, List<Node> elements) implements Node {}

    /** Fields as written: the same key may come twice. */
    record MapNode(Place place, List<Field> fields) implements Node {}

    /** @param place of the key */
    record Field(Place place, String key, Node value) {}

    /** The text of a single value as it was written; empty for lists, maps and what is missing. */
    default Optional<String> scalar() {
        return switch (this) {
            case Text text -> Optional.of(text.text());
            case Number number -> Optional.of(number.written());
            case Flag flag -> Optional.of(flag.written());
            case Missing ignored -> Optional.empty();
            case ListNode ignored -> Optional.empty();
            case MapNode ignored -> Optional.empty();
        };
    }

    /** What it is, as a part of a sentence, with the value where that helps to find it. */
    default String described() {
        return switch (this) {
            case Text text -> "the text " + Quoted.text(text.text());
            case Number number -> "the number " + Quoted.text(number.written());
            case Flag flag -> flag.written();
            case Missing ignored -> "nothing";
            case ListNode ignored -> "a list";
            case MapNode ignored -> "a map";
        };
    }
}
