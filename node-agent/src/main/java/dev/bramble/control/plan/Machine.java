package dev.bramble.control.plan;

/**
 * What a machine can do, whole: all boards of a bramble, or the one large machine.
 *
 * @param memory gigabytes
 * @param gflops of HPL in double precision, which needs the network when there are several boards
 * @param mips of 7-zip, each board by itself: integers, branches, caches
 * @param bandwidth megabytes a second between processor and memory
 * @param idleWatts at the wall
 * @param price in dollars
 */
public record Machine(
        String name,
        int nodes,
        double cores,
        double memory,
        double gflops,
        double mips,
        double bandwidth,
        double idleWatts,
        double loadWatts,
        double price) {
    static Machine bramble(Catalogue catalogue, PlanWish wish, PowerBudget power, double price) {
        int nodes = wish.nodes();
        double together = nodes == 1 ? 1 : catalogue.value("cluster.efficiency");
        return new Machine(
                nodes == 1 ? "1 board" : nodes + " boards",
                nodes,
                nodes * catalogue.value(wish.board() + ".cores"),
                nodes * catalogue.value(wish.board() + ".memory"),
                nodes * catalogue.value(wish.board() + ".gflops") * together,
                nodes * catalogue.value(wish.board() + ".mips"),
                nodes * catalogue.value(wish.board() + ".bandwidth"),
                power.idleWatts(),
                power.loadWatts(),
                price);
    }

    static Machine server(Catalogue catalogue, double price) {
        double cores = catalogue.value("server.cores");
        return new Machine(
                "one machine of " + Math.round(cores) + " cores",
                1,
                cores,
                catalogue.value("server.memory"),
                catalogue.value("server.gflops"),
                catalogue.value("server.mips"),
                catalogue.value("server.bandwidth"),
                catalogue.value("server.watts-idle"),
                catalogue.value("server.watts-load"),
                price);
    }

    /** Kilowatt-hours of a year of 365 days under load. */
    double yearKwh() {
        return loadWatts / 1000 * 24 * 365;
    }
}
