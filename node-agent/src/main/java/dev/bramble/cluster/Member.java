package dev.bramble.cluster;

import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;

/**
 * A node that is in the cluster now, proven by its certificate.
 *
 * @param node identity from the certificate
 * @param name for people
 * @param role from the certificate
 * @param door host:port of its HTTPS door: blobs for members, enrolment for strangers
 * @param ledgerAddress host:port of its consensus port, used while it votes; empty on heads
 * @param boardSerial serial of its board, or the id that stands in
 * @param incarnation random per start of the process, so that a restart is told from a continuation
 */
public record Member(
        NodeId node,
        String name,
        NodeRole role,
        String door,
        String ledgerAddress,
        String boardSerial,
        String incarnation) {}
