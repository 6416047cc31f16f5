/**
 * Many simulated boards behind one membership: a member passes on what its guests say and hear.
 *
 * <p>A hundred members that each hold a connection to all others cost a machine several gigabytes and all of its cores;
 * a hundred guests of four members cost hardly more than four. Trust is the price: a host speaks in the name of its
 * guests. So only a bramble of simulated boards on one machine is configured for it, never one of real boards. Must not
 * know what the messages mean.
 */
package dev.bramble.cluster.guests;
