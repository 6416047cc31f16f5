package dev.bramble.control.plan;

/**
 * Switches, their ports, and what goes through them.
 *
 * @param switches how many of one kind; several hang on a switch of yours, each by one port
 * @param ports of each
 * @param boardsEach at most so many boards on each, with a port left for your network
 * @param freePorts of all together, with the boards and a port of each switch for your network in use
 * @param portRate megabytes a second, both ways, between any two boards on one switch
 * @param withinRate megabytes a second that all boards together can send to others on the same switch
 * @param betweenRate megabytes a second between the boards of one switch and all others; equal to {@code withinRate}
 *     when there is one switch
 */
public record NetworkPlan(
        int switches,
        int ports,
        int boardsEach,
        int freePorts,
        double portRate,
        double withinRate,
        double betweenRate) {
    static NetworkPlan of(Catalogue catalogue, int nodes, Shopping shopping) {
        int switches = shopping.count("switch-");
        int ports = (int) catalogue.value(shopping.switchName() + ".ports");
        double rate = catalogue.value("network.port-rate");
        return new NetworkPlan(
                switches,
                ports,
                Math.ceilDiv(nodes, switches),
                switches * (ports - 1) - nodes,
                rate,
                nodes * rate,
                switches == 1 ? nodes * rate : rate);
    }
}
