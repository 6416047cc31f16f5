/**
 * Who belongs to this bramble, and how a stranger comes to belong.
 *
 * <p>Owns identities ({@link dev.bramble.trust.Identity}: a key, a certificate, the authorities it trusts), the port to
 * the bramble's certificate {@link dev.bramble.trust.Authority}, the two kinds of token, and the protocol of enrolment:
 * its messages, their text form, and the {@link dev.bramble.trust.WaitingList} that the leader keeps. Must not know the
 * ledger, the network, files, or how a certificate is built.
 *
 * <h2>What a certificate says</h2>
 *
 * The subject is exactly {@code CN=<node id>,OU=agent|head}; that, and the chain to one of the trusted authorities, is
 * the identity. Host names and addresses play no part in it: boards get theirs from DHCP, and a name in a certificate
 * would prove nothing that the node id does not. The one alternative name, {@code <node id>.bramble}, is there for
 * tools that insist on having one. Certificates are valid from 1970 to 9999, since a board without a clock chip starts
 * in 1970; what ends a certificate is that the ledger forgets its node.
 *
 * <h2>Admission by token</h2>
 *
 * <pre>
 *  node                                              door
 *   |  TLS: is the chain's root the one in the token?   |    no: nothing is sent
 *   |  join: request, name, serial, role, secret        |
 *   |-------------------------------------------------->|
 *   |  certificate, authorities                         |
 *   |<--------------------------------------------------|
 * </pre>
 *
 * <h2>Admission by code</h2>
 *
 * Neither side knows the other, so a person compares six digits. Six digits are few; that nobody in the middle can try
 * many is what the commitment is for: each side fixes its nonce before it learns the other's, so each attempt of a man
 * in the middle has one chance in a million, and is one row in the dashboard with a wrong name or code.
 *
 * <pre>
 *  node                                              door
 *   |  begin: request, name, serial, role, SHA-256(N)   |
 *   |-------------------------------------------------->|
 *   |  enrolment id, authorities, nonce B               |
 *   |<--------------------------------------------------|
 *   |  reveal: nonce N                                  |
 *   |-------------------------------------------------->|
 *   |  both: code = six digits of SHA-256(all of it)    |
 *   |  status?            waiting … admitted / refused  |
 *   |<------------------------------------------------->|
 * </pre>
 *
 * What this does not give: a board without a token believes the bramble that admits it. A stranger's bramble on the
 * same network can take such a board, which then never appears in its owner's dashboard. Where strangers share the
 * network, a join token is the way.
 */
package dev.bramble.trust;
