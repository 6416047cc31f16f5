package dev.bramble.cluster.jgroups;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/** {@code host:port} as text; an IPv6 address stands in brackets. */
final class HostPort {
    private HostPort() {}

    static String of(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    /** Resolves the host if it is a name; nothing when the text makes no sense or the name is not known now. */
    static Optional<InetSocketAddress> resolve(String text) {
        int colon = text.lastIndexOf(':');
        if (colon <= 0) {
            return Optional.empty();
        }
        try {
            String host = text.substring(0, colon).replaceAll("^\\[(.*)]$", "$1");
            int port = Integer.parseInt(text.substring(colon + 1));
            return Optional.of(new InetSocketAddress(InetAddress.getByName(host), port));
        } catch (java.net.UnknownHostException | IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }
}
