/**
 * The node's one HTTPS port, and the way to other nodes': blobs for members, enrolment for strangers.
 *
 * <p>Owns HTTP/1.1 over mutual TLS, as much of it as these requests need. Decides nothing: blobs go to a
 * {@link dev.bramble.store.BlobStore}, strangers to an {@link dev.bramble.trust.EnrolmentDesk}. Must not know the
 * ledger, the leader or how a certificate is built.
 *
 * <h2>Requests</h2>
 *
 * A client certificate is wanted, not needed; who has none is a <em>stranger</em>. Bodies are
 * {@link dev.bramble.trust.Form}s except where bytes are said.
 *
 * <pre>
 *  who       request                          answer
 *  member    GET  /v1/blobs/SHA256            200 bytes; 206 with Range: bytes=N- or bytes=N-M; 404; 416
 *  member    PUT  /v1/blobs  (bytes)          201 blob=SHA256, size=N: flushed; 507 the disk is full
 *  stranger  POST /v1/join                    200 certificate, authorities; 401 the token
 *  stranger  POST /v1/enrolments              201 enrolment, authorities, nonce; 429 too many wait
 *  stranger  POST /v1/enrolments/ID/reveal    200 state=…
 *  stranger  GET  /v1/enrolments/ID           200 state=waiting | admitted | refused | expired; 404
 * </pre>
 *
 * Every refusal is a form with {@code refusal} (the kind) and {@code sentence}. A blob that is found damaged while it
 * is sent breaks the connection before its last byte.
 *
 * <h2>Why not the JDK's own server</h2>
 *
 * {@code com.sun.net.httpserver} has its limits of time and number as properties of the whole JVM, and its limit on the
 * time of a request counts the body: 10 s against slow strangers would also cut a 2 GB upload after 10 s (seen).
 */
package dev.bramble.door;
