/**
 * What Pi4J knows of a Raspberry Pi, and its light, fan and button on GPIO lines. Where Pi4J would start a program each
 * second, {@code board.linux} reads a file instead; where its readers answer a failure with 0.0, the text that they
 * read is looked at here.
 *
 * <p>An edge: the only home of Pi4J. Must not decide what is shown or done.
 */
package dev.bramble.board.pi4j;
