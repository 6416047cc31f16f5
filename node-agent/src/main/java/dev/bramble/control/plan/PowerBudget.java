package dev.bramble.control.plan;

/**
 * Power of the boards, their fans and the switches.
 *
 * @param supplies how many feed boards; with PoE, the switches
 * @param idleWatts at the wall, nothing running
 * @param loadWatts at the wall, all cores of all boards busy and all fans at full speed
 * @param startWatts at the wall while all boards boot at once, which they do after a power cut
 * @param loadShare of what a supply is rated for, under load, of the fullest supply
 * @param startShare the same at the start
 * @param inrushAmps from the mains for milliseconds when it is switched on, of all supplies together; 0: not known
 * @param boardVolts at a board under load, behind fuse and lead; 0: not computed
 * @param shareLost of the boards that stop with one supply
 */
public record PowerBudget(
        PowerWay way,
        int supplies,
        double idleWatts,
        double loadWatts,
        double startWatts,
        double loadShare,
        double startShare,
        double inrushAmps,
        double boardVolts,
        double shareLost,
        double shareMax,
        double voltsMin) {
    /** Under-voltage is found within so much of its threshold. */
    private static final double VOLTS_TOLERANCE = 0.05;

    static PowerBudget of(Catalogue catalogue, PlanWish wish, Shopping shopping) {
        int nodes = wish.nodes();
        PowerWay way = wish.power();
        double fan = way == PowerWay.POE ? 0 : catalogue.value("fan.watts");
        double idle = catalogue.value("board.watts-idle");
        double load = catalogue.value("board.watts-load") + fan;
        double start = catalogue.value("board.watts-start") + fan;
        double efficiency = catalogue.value(way.word() + ".efficiency");
        int switches = shopping.count("switch-");
        double switchWatts = switches * catalogue.value(shopping.switchName() + ".watts");
        int supplies = switch (way) {
            case OWN -> nodes;
            case STRONG -> shopping.count("strong-supply");
            case POE -> switches;
        };
        int fed = Math.ceilDiv(nodes, supplies);
        double rated = switch (way) {
            case OWN -> catalogue.value("own.watts");
            case STRONG -> catalogue.value("strong.watts");
            case POE -> catalogue.value(shopping.switchName() + ".poe-watts") * catalogue.value("poe.hat-efficiency");
        };
        return new PowerBudget(
                way,
                supplies,
                nodes * idle / efficiency + switchWatts,
                nodes * load / efficiency + switchWatts,
                nodes * start / efficiency + switchWatts,
                fed * load / rated,
                fed * start / rated,
                way == PowerWay.STRONG ? supplies * catalogue.value("strong.inrush") : 0,
                way == PowerWay.STRONG ? volts(catalogue, load) : 0,
                (double) fed / nodes,
                catalogue.value("supply.share-max"),
                catalogue.value("board.volts-min"));
    }

    /** What is left of a supply's voltage behind two wires and their contacts. */
    private static double volts(Catalogue catalogue, double watts) {
        double ohms = 2 * catalogue.value("strong.lead-metres") * catalogue.value("strong.ohms-per-metre")
                + catalogue.value("strong.ohms-contacts");
        double volts = catalogue.value("strong.volts");
        return volts - ohms * watts / volts;
    }

    /** Whether every supply has the reserve that it should have, also while all boards start at once. */
    public boolean isEnough() {
        return loadShare <= shareMax
                && startShare <= shareMax
                && (boardVolts == 0 || boardVolts > voltsMin * (1 + VOLTS_TOLERANCE));
    }
}
