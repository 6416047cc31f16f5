/** What Bramble talks about: records, sealed states and ids. Knows no clock, no thread, no file and no technology. */
package dev.bramble.model;
