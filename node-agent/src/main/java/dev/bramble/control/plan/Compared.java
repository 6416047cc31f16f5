package dev.bramble.control.plan;

import java.util.List;
import java.util.stream.Stream;

/**
 * One figure of the bramble beside that of the one large machine.
 *
 * @param key for programs
 * @param unit dollars as "USD"
 * @param better which of the two has the better figure
 * @param why to know with it; may be empty
 */
public record Compared(
        String key, String label, String unit, double bramble, double server, Better better, String why) {
    /** Closer than that is no difference between figures of this kind. */
    private static final double EQUAL_SHARE = 0.03;

    /** Who is ahead. */
    public enum Better {
        BRAMBLE("the boards"),
        SERVER("the large one"),
        EQUAL("equal");

        private final String words;

        Better(String words) {
            this.words = words;
        }

        /** For people. */
        public String words() {
            return words;
        }
    }

    static Compared more(String key, String label, String unit, double bramble, double server, String why) {
        return new Compared(key, label, unit, bramble, server, better(bramble, server), why);
    }

    static Compared less(String key, String label, String unit, double bramble, double server, String why) {
        return new Compared(key, label, unit, bramble, server, better(server, bramble), why);
    }

    /** @param first is the bramble's when more is better */
    private static Better better(double first, double second) {
        if (Math.abs(first - second) <= EQUAL_SHARE * Math.max(Math.abs(first), Math.abs(second))) {
            return Better.EQUAL;
        }
        return first > second ? Better.BRAMBLE : Better.SERVER;
    }

    /**
     * @param kwhPrice in dollars
     * @param step price of the smallest step of growth
     */
    static List<Compared> all(Machine bramble, Machine server, double kwhPrice, double step) {
        return Stream.of(
                        more("cores", "cores", "", bramble.cores(), server.cores(), "a core is not a core: see below"),
                        less("price", "price", "USD", bramble.price(), server.price(), ""),
                        less(
                                "price-per-core",
                                "price of a core",
                                "USD",
                                bramble.price() / bramble.cores(),
                                server.price() / server.cores(),
                                ""),
                        more("gflops", "GFLOPS (HPL, FP64)", "", bramble.gflops(), server.gflops(), "dense algebra"),
                        less(
                                "price-per-gflops",
                                "price of a GFLOPS",
                                "USD",
                                bramble.price() / bramble.gflops(),
                                server.price() / server.gflops(),
                                ""),
                        more("mips", "7-zip MIPS", "", bramble.mips(), server.mips(), "integers and branches"),
                        less(
                                "price-per-1000-mips",
                                "price of 1000 MIPS",
                                "USD",
                                1000 * bramble.price() / bramble.mips(),
                                1000 * server.price() / server.mips(),
                                ""),
                        more(
                                "memory",
                                "memory",
                                "GB",
                                bramble.memory(),
                                server.memory(),
                                "no task sees more than its board's"),
                        less(
                                "price-per-gb",
                                "price of a GB of memory",
                                "USD",
                                bramble.price() / bramble.memory(),
                                server.price() / server.memory(),
                                "of the whole machine"),
                        more("bandwidth", "memory bandwidth", "MB/s", bramble.bandwidth(), server.bandwidth(), ""),
                        less(
                                "price-per-mb-s",
                                "price of a MB/s of it",
                                "USD",
                                bramble.price() / bramble.bandwidth(),
                                server.price() / server.bandwidth(),
                                ""),
                        less("watts", "power under load", "W", bramble.loadWatts(), server.loadWatts(), "at the wall"),
                        less("watts-idle", "power when idle", "W", bramble.idleWatts(), server.idleWatts(), ""),
                        less("kwh-year", "energy of a year of load", "kWh", bramble.yearKwh(), server.yearKwh(), ""),
                        less(
                                "energy-year",
                                "its price",
                                "USD",
                                bramble.yearKwh() * kwhPrice,
                                server.yearKwh() * kwhPrice,
                                ""),
                        more(
                                "gflops-per-watt",
                                "GFLOPS per watt",
                                "",
                                bramble.gflops() / bramble.loadWatts(),
                                server.gflops() / server.loadWatts(),
                                ""),
                        less(
                                "next-step",
                                "next step of growth",
                                "USD",
                                step,
                                server.price(),
                                "one board, or one machine"),
                        less(
                                "share-lost",
                                "lost when one fails",
                                "%",
                                100.0 / bramble.nodes(),
                                100,
                                "and Bramble runs its work again elsewhere"))
                .toList();
    }
}
