/** JSON for the job reader, in both directions: the only place there that knows Jackson. */
package dev.bramble.control.jobfile.json;
