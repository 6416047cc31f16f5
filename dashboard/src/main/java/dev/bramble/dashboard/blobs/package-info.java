/** Files that users send: streamed through, checked on the way, kept by the nodes; the head stores nothing. */
package dev.bramble.dashboard.blobs;
