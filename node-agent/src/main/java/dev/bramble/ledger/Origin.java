package dev.bramble.ledger;

/**
 * Where an action came from.
 *
 * @param user in whose name
 * @param credential id of the token or session; empty for none
 * @param head name of the head, or of the node, that passed it on
 * @param address of the client, as that head saw it
 * @param action a word of the interface, such as {@code cancel-job}
 * @param object on what, such as {@code job 5}; may be empty
 */
public record Origin(String user, String credential, String head, String address, String action, String object) {}
