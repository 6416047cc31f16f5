/** People: their accounts, sessions and tokens, over the interface and on pages. Secrets pass through once. */
package dev.bramble.dashboard.accounts;
