package dev.bramble.cluster.jgroups;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import java.util.Optional;

/**
 * What the ledger knows about a node that introduces itself with a valid certificate: forgotten, or come back on
 * another board. A node that has no ledger answers nothing. Asked on the event loop, for every member about once a
 * second, so it must be cheap.
 */
@FunctionalInterface
public interface AdmissionCheck {
    /** Knows nothing, and so refuses nobody. */
    AdmissionCheck KNOWS_NOTHING = (node, role, boardSerial, certificateSha256) -> Optional.empty();

    /**
     * Why this node must stay outside, as a sentence for the person at that node; or nothing.
     *
     * @param boardSerial serial of its board, or the id that stands in
     * @param certificateSha256 of the DER encoding of its certificate, in lower-case hexadecimal digits
     */
    Optional<String> refusal(NodeId node, NodeRole role, String boardSerial, String certificateSha256);
}
