/** Who did what: the audit trail, over the interface and on a page. Nothing here changes it. */
package dev.bramble.dashboard.audit;
