package dev.bramble.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What the word {@code auto} in a configuration stands for, so that one configuration fits every board. */
final class ThisMachine {
    private static final Path ROUTES = Path.of("/proc/net/route");
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");
    /** In the second column of {@link #ROUTES}. */
    private static final String ANYWHERE = "00000000";

    private ThisMachine() {}

    /** The host name without its domain; empty where there is none. */
    static String name() {
        try {
            return Files.readString(HOST_NAME).strip().split("\\.", 2)[0];
        } catch (IOException noLinux) {
            return "";
        }
    }

    /**
     * The IPv4 address in the network to which the way to anywhere leads; without one, of the first network that is up.
     *
     * @throws UncheckedIOException while there is none: another start may help
     */
    static String address() {
        try {
            String route = Files.exists(ROUTES) ? defaultInterface(Files.readAllLines(ROUTES)) : "";
            return NetworkInterface.networkInterfaces()
                    .filter(ThisMachine::isUp)
                    .sorted(Comparator.comparing(
                                    (NetworkInterface its) -> !its.getName().equals(route))
                            .thenComparing(NetworkInterface::getIndex))
                    .flatMap(ThisMachine::addresses)
                    .findFirst()
                    .orElseThrow(() -> new IOException(
                            "bind: auto finds no address: this machine is in no network yet (is its cable plugged in,"
                                    + " and does a router give out addresses?)"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure.getMessage(), failure);
        }
    }

    /** @param routes the kernel's table: interface, destination, gateway, flags, use, uses, metric, in columns */
    static String defaultInterface(List<String> routes) {
        return routes.stream()
                .map(line -> line.strip().split("\\s+"))
                .filter(row -> row.length > 6 && row[1].equals(ANYWHERE))
                .min(Comparator.comparingLong(row -> Long.parseLong(row[6])))
                .map(row -> row[0])
                .orElse("");
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp() && !network.isLoopback() && !network.isPointToPoint();
        } catch (IOException gone) {
            return false;
        }
    }

    private static Stream<String> addresses(NetworkInterface network) {
        return network.getInterfaceAddresses().stream()
                .map(InterfaceAddress::getAddress)
                .filter(Inet4Address.class::isInstance)
                .map(InetAddress::getHostAddress);
    }
}
