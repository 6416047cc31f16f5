/** The command line against a stub of the REST interface and stand-ins for the processes that it starts. */
package dev.bramble.cli;
