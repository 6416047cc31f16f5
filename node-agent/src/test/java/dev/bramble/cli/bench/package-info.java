/** From times to figures, without a bramble. */
package dev.bramble.cli.bench;
