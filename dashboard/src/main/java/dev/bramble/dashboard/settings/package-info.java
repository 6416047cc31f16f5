/** What an admin may set for the whole bramble. Must not know what the settings mean. */
package dev.bramble.dashboard.settings;
