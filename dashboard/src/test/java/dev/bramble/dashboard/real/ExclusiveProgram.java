package dev.bramble.dashboard.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * What the tasks of an exclusive job run: each leaves marks while it runs, as {@link MixedJobs} says, and holds a lock
 * of its task outside the bramble. The kernel gives that back when the last process of an attempt is gone, so that an
 * attempt which finds it taken began too early, by however little.
 *
 * @param job its name, which begins with "exclusive"
 */
record ExclusiveProgram(Path marks, String job) {
    /** Makes the locks, which tasks may only read. */
    ExclusiveProgram withTasks(int tasks) throws IOException {
        for (int task = 0; task < tasks; task++) {
            Path lock = Files.createFile(Path.of(lock(Integer.toString(task))));
            Files.setPosixFilePermissions(lock, PosixFilePermissions.fromString("rw-r--r--"));
        }
        return this;
    }

    private String lock(String task) {
        return marks + "-" + job + "-" + task + ".lock";
    }

    /** @param goesOn the shell's condition for another tenth of a second; {@code $i} is how many there were */
    String script(String goesOn) {
        return "exec 9< " + lock("{index}") + "; flock -n 9 || " + mark("O") + mark("B") + "i=0; while " + goesOn
                + "; do " + mark("X") + "sleep 0.1; i=$((i + 1)); done; " + mark("E");
    }

    private String mark(String letter) {
        return MixedJobs.mark(letter, job, marks);
    }
}
