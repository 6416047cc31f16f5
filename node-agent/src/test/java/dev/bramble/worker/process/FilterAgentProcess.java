package dev.bramble.worker.process;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A JVM that runs filters and is then killed by a test.
 *
 * <p>Arguments: cage, folder, mark, script. Says {@code warm} when one process of the script is idle after a batch and
 * another has a batch that it does not answer. Ends with its stdin.
 */
final class FilterAgentProcess {
    private FilterAgentProcess() {}

    public static void main(String[] args) throws IOException {
        Bed bed = new Bed(Cage.valueOf(args[0]).settings(Path.of(args[1])));
        try (FilterBed filters = new FilterBed(bed)) {
            FilterBed.Job idle = FilterBed.Job.of("sh", "-c", args[3] + "while read -r a; do echo $a; done");
            FilterBed.Job busy = FilterBed.Job.of("sh", "-c", args[3] + "sleep 600");
            idle.env.put(Bed.MARK, args[2]);
            busy.env.put(Bed.MARK, args[2]);
            filters.run(idle, "a").end();
            filters.run(busy, "a");
            System.out.println("warm");
            while (System.in.read() >= 0) {
                // Nothing is said to it.
            }
        }
        System.out.println("closed");
    }
}
