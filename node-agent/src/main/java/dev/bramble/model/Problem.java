package dev.bramble.model;

/**
 * One mistake in what a user sent.
 *
 * @param place where: a path into the document such as {@code tasks.grid.lr}, with line and column if known; may be
 *     empty
 * @param sentence what is wrong and what to do about it
 */
public record Problem(String place, String sentence) {
    @Override
    public String toString() {
        return place.isEmpty() ? sentence : place + ": " + sentence;
    }
}
