package dev.bramble.ledger;

import dev.bramble.time.Moment;

/** @param number place in the stream of events, from 1: one more with each, also over restarts and leaders */
public record EventRecord(long number, Moment at, Happening what) {}
