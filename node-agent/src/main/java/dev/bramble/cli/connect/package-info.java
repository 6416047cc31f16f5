/**
 * The way to a bramble: which heads, whose token, which certificate, and one conversation with whichever head answers.
 *
 * <p>Owns the profiles on the user's disk, the pinning of certificates, trying again and moving on to another head.
 * Must not know verbs, job files or tables.
 */
package dev.bramble.cli.connect;
