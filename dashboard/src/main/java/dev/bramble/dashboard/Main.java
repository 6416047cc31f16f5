package dev.bramble.dashboard;

import dev.bramble.agent.HeadMember;
import dev.bramble.agent.Logging;
import dev.bramble.agent.MemberProcess;
import dev.bramble.dashboard.alerts.AlertSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * Runs a head: {@code java … dev.bramble.dashboard.Main head.yaml}. Joins the cluster, then opens the web port. Ends
 * with 0 after a stop, 64 when it can never run as it is configured (the sentence on stderr says why), 70 when
 * something broke.
 */
public final class Main {
    private static final Logger LOG = Logger.getLogger(Main.class.getName());

    private Main() {}

    public static void main(String[] arguments) {
        Logging.start();
        MemberProcess.run(arguments, "dev.bramble.dashboard.Main HEAD.YAML", Main::run);
    }

    private static AutoCloseable run(Path configFile) throws Exception {
        HeadMember member = HeadMember.start(configFile, MemberProcess::refused);
        DashboardSettings settings = member.plainHttp()
                ? DashboardSettings.plainOnLoopback(member.httpPort())
                : DashboardSettings.https(member.bind(), member.httpPort(), member.webTls());
        AlertSettings alerts =
                new AlertSettings(Optional.of(member.node()), member.name(), member.alertWebhook(), member.alertMail());
        Dashboard dashboard = Dashboard.start(
                member.control(),
                settings.telling(alerts).keepingHistory(member.historyFolder()).showingSetup(member.setupCode()));
        LOG.info(
                member.plainHttp()
                        ? "serving http://127.0.0.1:" + dashboard.port() + ", for this machine alone"
                        : "serving https on port " + dashboard.port() + "; the certificate's fingerprint is SHA-256 "
                                + member.webFingerprint());
        return () -> {
            dashboard.close();
            member.close();
        };
    }
}
