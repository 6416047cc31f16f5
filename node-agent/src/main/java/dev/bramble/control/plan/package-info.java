/**
 * What a bramble of so many boards takes: parts and prices, power, network, and how it compares with one large machine.
 *
 * <p>All pure. Every number comes from the tables of {@code hardware/}, which are shipped with the program, each with
 * its source and date; what is computed from them is in dollars, watts, seconds. Must not know a running bramble, nor
 * how a plan is shown.
 */
package dev.bramble.control.plan;
