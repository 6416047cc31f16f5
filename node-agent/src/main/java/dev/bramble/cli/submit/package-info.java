/**
 * From a job file, flags and files on the user's disk to a job that can be sent.
 *
 * <p>Owns {@link dev.bramble.cli.submit.LocalFiles} (what may be shipped, patterns, hashes), the translation of flags
 * into fields, and the uploads. Must not know tables, profiles or how a job is watched.
 */
package dev.bramble.cli.submit;
