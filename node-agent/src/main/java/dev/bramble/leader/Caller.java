package dev.bramble.leader;

/**
 * Who asks the leader to do something.
 *
 * @param credential what a user showed; empty for none
 * @param head name of the head, or of the node, that passes it on: proven by its certificate
 * @param address of the client, as that head says; empty when it does not
 */
record Caller(String credential, String head, String address) {
    @Override
    public String toString() {
        return address + " by " + head;
    }
}
