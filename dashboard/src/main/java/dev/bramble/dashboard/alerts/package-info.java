/**
 * What people have to know of, whether they look or not: rules, what they found, and who is told.
 *
 * <p>{@code Rules} is a pure function of what a head sees; {@code AlertBook} holds each finding for a while before it
 * is an alert, and before the alert is over; {@code Messages} tell it outside. Each head works out the same from the
 * same; what people said about alerts is in the ledger. Must not change anything of the bramble.
 */
package dev.bramble.dashboard.alerts;
