package dev.bramble.dashboard.http;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.SelectableChannelEndPoint;

/** Closes new connections from an address that has many already, also those that never finish a handshake. */
final class AddressLimit implements Connection.Listener {
    /** Half of all, so that one client, or a few behind one address, never take them all; a browser holds six. */
    static final int CONNECTIONS_MAX = WebServer.CONNECTIONS_MAX / 2;

    private final int connectionsMax;
    /** A connection that is closed has forgotten its address. */
    private final Map<Connection, String> addresses = new HashMap<>();

    private final Map<String, Integer> open = new HashMap<>();

    AddressLimit(int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    @Override
    public void onOpened(Connection connection) {
        if (isOutermost(connection) && !isAdmitted(connection, address(connection))) {
            connection.getEndPoint().close();
        }
    }

    private synchronized boolean isAdmitted(Connection connection, String address) {
        if (open.getOrDefault(address, 0) >= connectionsMax) {
            return false;
        }
        open.merge(address, 1, Integer::sum);
        addresses.put(connection, address);
        return true;
    }

    @Override
    public synchronized void onClosed(Connection connection) {
        String address = addresses.remove(connection);
        if (address != null) {
            open.computeIfPresent(address, (same, count) -> count == 1 ? null : count - 1);
        }
    }

    /** HTTP within TLS is a connection of its own to the server. */
    private static boolean isOutermost(Connection connection) {
        return connection.getEndPoint() instanceof SelectableChannelEndPoint;
    }

    private static String address(Connection connection) {
        return connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress remote
                        && remote.getAddress() != null
                ? remote.getAddress().getHostAddress()
                : "";
    }
}
