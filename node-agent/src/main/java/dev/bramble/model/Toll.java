package dev.bramble.model;

/**
 * What something that went wrong cost.
 *
 * @param tasks whose attempts ended by it without an outcome
 * @param workMillis run time of those attempts, as far as it was known: it is to be done again
 */
public record Toll(int tasks, long workMillis) {}
