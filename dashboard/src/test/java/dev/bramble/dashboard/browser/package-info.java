/**
 * What people see: Chromium before the pages of a real local bramble. Each page is looked at in two sizes, light and
 * dark; pictures of them are left in {@code target/screenshots}.
 */
package dev.bramble.dashboard.browser;
