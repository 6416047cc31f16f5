/** Tests of the launcher script, run against a make-believe machine. */
package dev.bramble.launcher;
