/** That what {@code hardware/} shows, prints and lists is made from its tables, and fits together. */
package dev.bramble.hardware;
