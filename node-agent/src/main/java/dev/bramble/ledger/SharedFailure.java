package dev.bramble.ledger;

import org.roaringbitmap.RoaringBitmap;

/** Tasks that failed for good in the same way: a million lines of a broken filter cost one result. */
public record SharedFailure(RoaringBitmap tasks, RecordedResult result) {}
