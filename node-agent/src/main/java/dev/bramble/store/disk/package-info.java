/**
 * Blobs as files in a folder of this node's disk.
 *
 * <p>Owns the layout of that folder and what must be flushed when. Must not know jobs, the ledger or other nodes.
 *
 * <pre>
 *  blobs/ab/abcdef…   one file a blob, 0444, named by its SHA-256; there only when its bytes and its name are flushed
 *  incoming/          files on their way in; what a crash leaves here is deleted at the next start
 *  damaged/           copies whose bytes no longer match their name, the newest few, for whoever looks into the card
 * </pre>
 *
 * <p>The folders are 0700, since even the name of a blob is its owner's only: a task gets a hard link in its own
 * folder, or a copy where it runs as the agent's own user and could write through a link.
 */
package dev.bramble.store.disk;
