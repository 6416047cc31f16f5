/**
 * Runs attempts as processes of this machine: caged, bounded, and gone when the agent is gone.
 *
 * <p>Owns the folders of attempts, the <em>spawner</em> (a small program outside the JVM, {@code spawner.pl} among the
 * resources, which starts, watches and kills) and the choice of the strongest
 * {@linkplain dev.bramble.worker.Workers.Level level} that this machine gives. Must not know jobs, the leader or blobs.
 *
 * <pre>
 *   ProcessWorkers ──frames──► spawner ──frames──► keeper ──fork──► the command
 *     event loop               one, Perl           one for each slot in use and its job, pid 1 of a namespace where
 *                                                  there is one
 *
 *   an attempt:  PLACING ──► PLACED ──► ORDERED ──► ENDED ──► discarded
 *                files       waits      with the    kept until discard()
 *                            for it     spawner
 * </pre>
 *
 * <p>A slot runs the attempts of one job in a {@link dev.bramble.worker.process.Home}: within walls that are put up
 * once, and in the same folder as long as each leaves nothing there. With the end of an attempt the keeper says whether
 * the home is clean, has files that are kept, or is spent; see {@code keeper.pl}. An attempt that needs no file and
 * finds its home clean is ordered without any work on the disk, and what little it prints comes back in the same
 * message as its end.
 *
 * <p>Who ends when whom dies: the agent's end closes the spawner's stdin, and the spawner ends all keepers; the
 * spawner's end kills the keepers by signal, or by the end of their sockets; a keeper's end kills its whole namespace,
 * or, without one, happens only after it has killed all that descends from it. A keeper ends its attempt in the same
 * way when the command has ended, and reports it only then.
 *
 * <p>A filter's process is started like an attempt's, with two FIFOs in its folder for stdin and stdout:
 *
 * <pre>
 *   ProcessFilters ──► RunningBatch: course, answers
 *     event loop   └─► FilterProcess ──writer thread──► in  ──► the program
 *                                    ◄─reader thread──  out ◄──
 * </pre>
 *
 * The keeper makes the FIFOs and holds both ends of each until the agent has opened its own, so that no side finds the
 * other missing; from then on each sees the other's end of file. Bytes never pass the keeper. A process is reported
 * gone when the spawner has said so and its stdout has been read to the end.
 */
package dev.bramble.worker.process;
