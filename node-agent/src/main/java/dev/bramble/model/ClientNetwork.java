package dev.bramble.model;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.HexFormat;

/** Which addresses count as one client when mistakes are counted. */
public final class ClientNetwork {
    /** Bytes of an IPv6 address that name a network; a single host has all addresses beneath them. */
    private static final int IPV6_NETWORK_BYTES = 8;
    /** Longer than any address: what is not one comes from a head that errs. */
    private static final int CHARS_MAX = 64;

    private ClientNetwork() {}

    /** @param address as numbers; of what is none, the text itself */
    public static String of(String address) {
        try {
            InetAddress parsed = InetAddress.ofLiteral(address.replaceFirst("%.*", ""));
            return switch (parsed) {
                case Inet6Address six -> HexFormat.of().formatHex(six.getAddress(), 0, IPV6_NETWORK_BYTES);
                default -> parsed.getHostAddress();
            };
        } catch (IllegalArgumentException notAnAddress) {
            return CutText.beginning(address, CHARS_MAX);
        }
    }
}
