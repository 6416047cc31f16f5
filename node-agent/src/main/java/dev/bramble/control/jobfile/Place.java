package dev.bramble.control.jobfile;

/**
 * Where something stands in what a user wrote.
 *
 * @param path keys and positions from the top, such as {@code tasks.grid.lr[2]}, or a command line flag; empty at the
 *     top
 * @param line from 1; 0 when the tree did not come from a text
 * @param column from 1; 0 likewise
 */
public record Place(String path, int line, int column) {
    /** The top of a tree that did not come from a text. */
    public static final Place TOP = new Place("", 0, 0);

    public static Place of(String path) {
        return new Place(path, 0, 0);
    }

    /** The place of {@code key} beneath this one, itself at an unknown line. */
    public Place key(String key) {
        boolean plain = key.matches("[\\w-]{1,64}");
        String step = plain ? key : "[" + Quoted.text(key) + "]";
        return of(path.isEmpty() || !plain ? path + step : path + "." + step);
    }

    /** The place of the element at {@code index} (from 0) beneath this one, itself at an unknown line. */
    public Place index(int index) {
        return of(path + "[" + index + "]");
    }

    public Place at(int newLine, int newColumn) {
        return new Place(path, newLine, newColumn);
    }

    @Override
    public String toString() {
        String position = line > 0 ? "line " + line + ", column " + column : "";
        if (path.isEmpty() || position.isEmpty()) {
            return path + position;
        }
        return path + " (" + position + ")";
    }
}
