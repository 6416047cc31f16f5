/** Jobs: their list, submission, what was submitted, and what their owners do with them. */
package dev.bramble.dashboard.jobs;
