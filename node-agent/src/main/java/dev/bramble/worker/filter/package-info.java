/**
 * How a batch of lines goes through a filter, decided without threads, clocks or files: {@code worker.process} does
 * what is decided here with real processes.
 *
 * <p>A batch is a series of <em>passes</em>. {@link dev.bramble.worker.filter.BatchCourse} says which lines the next
 * pass takes and how, {@link dev.bramble.worker.filter.Flight} follows one pass while it runs, and what ended it goes
 * back to the course:
 *
 * <pre>
 *   BatchCourse.next() ──PassPlan──► Flight: room, offered, heard, alarm ──PassEnd──► BatchCourse.ended()
 *
 *   full speed ──dies──► one at a time, in a new process ──dies with the suspect alone──► charged, full speed
 *       │                      └──────────────── window replayed ───────────────────────► full speed
 *       └─ silent for 2 s: stdin closed ── all came: "buffers", from then on one process per batch
 *                                      └─ not all: parts of a half, a quarter … a process each
 * </pre>
 *
 * <p>Must not know how a process is started, caged or spoken with.
 */
package dev.bramble.worker.filter;
