/** Tokens: who holds which, new ones, revoked ones. Secrets pass through once and are kept nowhere. */
package dev.bramble.dashboard.tokens;
