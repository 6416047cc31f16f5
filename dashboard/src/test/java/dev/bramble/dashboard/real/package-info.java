/** A whole bramble of real processes on loopback, seen and judged from outside. */
package dev.bramble.dashboard.real;
