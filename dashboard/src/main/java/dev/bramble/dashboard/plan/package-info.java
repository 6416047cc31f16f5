/**
 * What a bramble of so many boards takes and how it compares with one large machine, with the rate that this bramble's
 * own jobs reached. Must not know how a plan is computed.
 */
package dev.bramble.dashboard.plan;
