/**
 * YAML for the job reader: the only place that knows snakeyaml-engine, which Jackson's YAML module stands on too, and
 * which keeps what Jackson drops: the line and column of every value, numbers as written, keys that come twice.
 */
package dev.bramble.control.jobfile.yaml;
