package dev.bramble.worker.filter;

/**
 * Lines to give to one process. Those between {@code from} and {@code to} that are settled already are left out.
 *
 * @param from the first line of the batch that has no answer
 * @param to the line after the last
 * @param isFresh it must be a process that has been given no line yet
 * @param isAlone one line at a time, whatever the speed
 * @param isProving the program is new here: its first line goes alone, so that one that prints too much is seen
 * @param closesStdin the process is told by end of file that this is all, and ends by itself
 */
public record PassPlan(int from, int to, boolean isFresh, boolean isAlone, boolean isProving, boolean closesStdin) {}
