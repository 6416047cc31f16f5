package dev.bramble.dashboard.maintenance;

/**
 * A form about taking boards out, with all that is said about it. Of a node or of several.
 *
 * @param mistakes in what was typed
 * @param trouble why nothing was done; may be empty
 * @param forecast what it would do
 * @param seen what the visitor has been shown, sent back with the order; see {@link Ordering}
 */
public record Dialog(
        DrainChoices choices, Mistakes mistakes, String trouble, Forecast forecast, String seen, boolean mustConfirm) {}
