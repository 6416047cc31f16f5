package dev.bramble.worker.process;

import dev.bramble.model.Setting;
import dev.bramble.model.SizeText;
import dev.bramble.worker.Workers.Level;
import dev.bramble.worker.Workers.Privilege;
import dev.bramble.worker.Workers.ProcessLimits;
import dev.bramble.worker.process.SpawnerReply.Breach;
import dev.bramble.worker.process.SpawnerReply.FailedLevel;
import dev.bramble.worker.process.SpawnerReply.Feature;
import dev.bramble.worker.process.SpawnerReply.Ready;
import dev.bramble.worker.process.SpawnerReply.Refused;
import java.util.stream.Collectors;

/** What people read: why a process did not start, and how tasks are kept apart here. */
final class Sentences {
    /** Of a name or a PATH, more than this hides the sentence around it. */
    private static final int QUOTED_CHARS_MAX = 200;

    // From the kernel's asm-generic/errno-base.h: the same on every machine that Bramble runs on.
    private static final int E2BIG = 7;
    private static final int ENOEXEC = 8;
    private static final int EACCES = 13;

    /** The same as LEFT_ENTRIES_MAX in looks.pl. */
    private static final int FILES_MAX = 500_000;

    /** Where no cgroup has it. */
    private static final String POLLED =
            "memory is polled: every 2 s it is looked at, and a task that uses more than it asked for is ended";

    private Sentences() {}

    /** Why {@code program} was not started. */
    static String of(Refused refused, String program) {
        String name = quote(program);
        return switch (refused.stage()) {
            case LEASE -> "its lease had run out before it began";
            case PREPARE -> "the attempt could not be prepared on this node: " + refused.text();
            case CAGE -> "the task could not be walled off on this node: " + refused.text();
            case FOLDER ->
                "the task's folder " + quote(refused.detail()) + " cannot be entered by its user: " + refused.text();
            case LOOKUP -> notFound(program, refused.detail());
            case INTERPRETER ->
                "the program " + name + " cannot run: its first line, " + quote(refused.detail())
                        + ", names a program that this node does not have";
            case EXEC -> notExecuted(refused, name);
            case KILLED -> "the attempt was killed before its program began";
        };
    }

    /** Why an attempt with these limits ended as it did. */
    static String of(Breach breach, ProcessLimits limits) {
        String used = SizeText.rounded(breach.used());
        return switch (breach.limit()) {
            case MEMORY -> {
                String asked = SizeText.rounded(limits.memoryBytes());
                String what = breach.used() == 0
                        ? "it was killed since it used more than needs.memory " + asked
                        : "it used " + used + " of memory and asked for needs.memory " + asked;
                yield what + ": ask for more or use less";
            }
            case BOARD_MEMORY ->
                "it was killed since its node had no memory left, though it was within its own needs.memory "
                        + SizeText.rounded(limits.memoryBytes());
            case PROCESSES ->
                "it ended badly after it had reached the limit of " + limits.processes() + " processes and threads ("
                        + Setting.TASKS_PROCESSES_MAX.key()
                        + "): start fewer, or have an admin raise it with `bramble settings`";
            case DISK ->
                "it used " + used + " of disk or more and asked for needs.disk " + SizeText.rounded(limits.diskBytes())
                        + ": ask for more or write less";
            case FILES ->
                "it made more than " + FILES_MAX
                        + " files and folders, or folders deeper than a path can name, which no task may:"
                        + " pack them into archives";
            case LEASE -> "its lease had run out";
        };
    }

    private static String notFound(String program, String path) {
        if (program.startsWith("/")) {
            return "the program " + quote(program) + " does not exist on this node: install it or ship it";
        }
        if (program.contains("/")) {
            return "the program " + quote(program) + " is not in the task's folder: name it under 'ship'";
        }
        return "the program " + quote(program) + " was not found on PATH=" + plain(path)
                + ": install it on the nodes, or ship it and write './" + plain(program) + "'";
    }

    private static String notExecuted(Refused refused, String name) {
        return switch (refused.errno()) {
            case EACCES ->
                "the program " + name + " may not be executed (" + plain(refused.detail())
                        + "): make the file executable before it is shipped, or name its interpreter in the command";
            case ENOEXEC -> "the program " + name + " is not made for this machine (" + plain(refused.detail()) + ")";
            case E2BIG -> "the arguments and the environment of " + name + " are longer than this node allows";
            default -> "the program " + name + " cannot be run: " + refused.text();
        };
    }

    static Privilege privilege(Ready ready) {
        Level level = ready.level().orElseThrow();
        String because = ready.failed().isEmpty()
                ? ""
                : "; not " + ready.failed().stream().map(Sentences::because).collect(Collectors.joining("; not "));
        return new Privilege(level, meaning(level, ready) + because);
    }

    private static String because(FailedLevel failed) {
        return failed.level() + ": " + failed.reason();
    }

    private static String meaning(Level level, Ready ready) {
        String processes = ready.features().contains(Feature.COUNTS_PROCESSES)
                ? "the number of processes is limited, processors are not, " + POLLED
                : "processors and the number of processes are not limited, " + POLLED;
        return switch (level) {
            case BOARD ->
                "each task has a user, a cgroup that limits its memory, processors and processes, and its own view of"
                        + " processes and /tmp";
            case OWN_UID -> "each task has a user and its own view of processes and /tmp; " + processes;
            case CGROUP_SCOPE ->
                "tasks run as the agent's user, each in a cgroup that limits its memory, processors and processes"
                        + (ready.features().contains(Feature.NAMESPACES)
                                ? ", with its own view of processes and /tmp; what the agent hides they cannot read"
                                : "; they can read what the agent's user can, its keys too");
            case NAMESPACES ->
                "tasks run as the agent's user with their own view of processes and /tmp; what the agent hides they"
                        + " cannot read; " + processes;
            case PROCESS_GROUP ->
                ready.features().contains(Feature.OWN_UID)
                        ? "each task has a user; it sees all processes and shares /tmp; " + processes
                        : "tasks run as the agent's user and can read and signal what that user can, the agent's keys"
                                + " and processes too; " + processes;
        };
    }

    /** In quotes, short, and without anything that a terminal could trip over. */
    static String quote(String text) {
        return "'" + plain(text) + "'";
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints().limit(QUOTED_CHARS_MAX).forEach(c -> {
            if (Character.isISOControl(c)) {
                plain.append(String.format("\\x%02x", c));
            } else {
                plain.appendCodePoint(c);
            }
        });
        return text.codePointCount(0, text.length()) > QUOTED_CHARS_MAX
                ? plain.append('…').toString()
                : plain.toString();
    }
}
