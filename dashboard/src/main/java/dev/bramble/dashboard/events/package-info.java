/** What happened: lists of events, and a stream of them that goes on. */
package dev.bramble.dashboard.events;
