/**
 * The one port that dashboards use: read the bramble, act on it, move blobs in and out.
 *
 * <p>Owns {@link dev.bramble.control.Control}, the actions that users may ask of the leader, and the views that people
 * and programs see. Must not know HTTP, pages or terminals; must not know the consensus engine or JGroups.
 */
package dev.bramble.control;
