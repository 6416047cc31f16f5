/**
 * Certificates as they are built, and the files that keep keys.
 *
 * <p>Owns {@link dev.bramble.trust.x509.X509Authority} and certificate requests, and is the only home of
 * {@code org.bouncycastle} on this floor; owns the identity's folder. Must not know the ledger, the network or who
 * decides.
 */
package dev.bramble.trust.x509;
