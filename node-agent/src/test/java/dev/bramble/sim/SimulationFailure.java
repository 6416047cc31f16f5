package dev.bramble.sim;

import java.io.Serial;

/** A seed under which something that must hold did not. */
final class SimulationFailure extends AssertionError {
    @Serial
    private static final long serialVersionUID = 1L;

    private final long seed;

    SimulationFailure(Simulation simulation, String what, Throwable cause) {
        super(
                "seed=%d rerun: mvn -pl node-agent test %s%n%s%n%s%n%s%n%s"
                        .formatted(
                                simulation.options.seed(),
                                simulation.rerun(),
                                what,
                                simulation.options,
                                simulation.summary(),
                                simulation.trace.newest()),
                cause);
        seed = simulation.options.seed();
    }

    long seed() {
        return seed;
    }

    /** The first line of what is wrong, for a count of causes. */
    String what() {
        return getMessage().lines().skip(1).findFirst().orElse("");
    }
}
