package dev.bramble.dashboard;

import dev.bramble.dashboard.alerts.AlertSettings;
import dev.bramble.dashboard.http.Port;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * What a head's operator may choose.
 *
 * @param port where to listen, and with which certificate
 * @param uploadBytesMax largest file that may be uploaded
 * @param alerts who is told of alerts
 * @param history folder for the figures of charts; empty to keep them in memory alone
 * @param setupCode with which the first admin is made, for this head's console; empty on every head but the first
 */
public record DashboardSettings(
        Port port, long uploadBytesMax, AlertSettings alerts, Optional<Path> history, Optional<String> setupCode) {
    /** Of the head: the usual second port for HTTPS, open to ordinary users. */
    public static final int PORT_DEFAULT = 8443;
    /** What a door takes; the bramble's setting {@code blobs.upload-max} is lower unless somebody raises it. */
    public static final long UPLOAD_BYTES_MAX_DEFAULT = 16L << 30;

    /** HTTPS, as a head on a network must. */
    public static DashboardSettings https(String host, int port, SSLContext tls) {
        return new DashboardSettings(
                new Port(host, port, Optional.of(tls)),
                UPLOAD_BYTES_MAX_DEFAULT,
                AlertSettings.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /** Plain http on {@code 127.0.0.1}, for whoever asks for it. */
    public static DashboardSettings plainOnLoopback(int port) {
        return new DashboardSettings(
                new Port("127.0.0.1", port, Optional.empty()),
                UPLOAD_BYTES_MAX_DEFAULT,
                AlertSettings.NONE,
                Optional.empty(),
                Optional.empty());
    }

    /** The same with others who are told of alerts. */
    public DashboardSettings telling(AlertSettings others) {
        return new DashboardSettings(port, uploadBytesMax, others, history, setupCode);
    }

    /** The same with charts that outlive a restart. */
    public DashboardSettings keepingHistory(Optional<Path> folder) {
        return new DashboardSettings(port, uploadBytesMax, alerts, folder, setupCode);
    }

    /** The same on the head that shows how the first admin is made. */
    public DashboardSettings showingSetup(Optional<String> code) {
        return new DashboardSettings(port, uploadBytesMax, alerts, history, code);
    }
}
