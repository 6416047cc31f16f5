package dev.bramble.dashboard.alerts;

/**
 * Something that is wrong now.
 *
 * @param subject what it is about; with the rule it names the finding
 * @param evidence a sentence without its full stop
 */
record Finding(Rule rule, String subject, String evidence) {}
