package dev.bramble.dashboard.page;

/**
 * A way to another part of a list, or to another order of it.
 *
 * @param id of its element
 * @param url path and query on this head
 * @param isChosen whether it is the one that is shown
 */
public record Choice(String id, String label, String url, boolean isChosen) {}
