/** What this is: version, addresses for programs, and whose work is in the pages. */
package dev.bramble.dashboard.about;
