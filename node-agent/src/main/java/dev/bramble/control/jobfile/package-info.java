/**
 * From a tree of fields to a checked job, or to every mistake in it at once.
 *
 * <p>Owns the fields of a job file (README, "Your own work"), their defaults and limits, and the sentences about what
 * is wrong. The same reader serves YAML files, command line flags and JSON over REST; who reads which:
 *
 * <ul>
 *   <li>a user's YAML file: {@link dev.bramble.control.jobfile.yaml.YamlTree} → tree, files named by their paths and
 *       looked up through a {@link dev.bramble.control.jobfile.FileSource} that knows the user's disk;
 *   <li>JSON over REST: {@link dev.bramble.control.jobfile.json.JsonTree} → tree, files already uploaded and named by
 *       their hashes: {@link dev.bramble.control.jobfile.UploadedFiles};
 *   <li>and back: {@link dev.bramble.control.jobfile.JobFields} writes a job as the tree that {@code UploadedFiles}
 *       reads.
 * </ul>
 *
 * <p>The JSON has the keys of the job file. Durations and sizes are texts with a unit, as in the file (K, M, G and T
 * are powers of 1024; a bare number of a mebibyte or more is bytes). Only files look different, because a path means
 * nothing to a server:
 *
 * <pre>
 * "ship": [{"name": "train.py", "sha256": "…", "sizeBytes": 123, "executable": false}]
 * "tasks": {"lines": {"name": "rows.txt", "sha256": "…", "sizeBytes": 9, "count": 3}}
 * "tasks": {"each": [{"name": "photos/a.jpg", "sha256": "…", "sizeBytes": 42}]}
 * </pre>
 *
 * <p>Values are read by the core schema of YAML 1.2: only {@code true} and {@code false} are flags, so {@code no},
 * {@code on}, {@code 1:30} and {@code 2026-01-31} stay texts; and where a text is wanted (a grid's value, a variable,
 * an argument, a label) a number or a flag counts as the text that was written: {@code 0.10} stays {@code 0.10},
 * {@code 007} stays {@code 007}, {@code true} stays {@code true}.
 *
 * <p>Must not know files, YAML, JSON, HTTP or terminals: those are in {@code yaml}, {@code json} and with the callers.
 */
package dev.bramble.control.jobfile;
