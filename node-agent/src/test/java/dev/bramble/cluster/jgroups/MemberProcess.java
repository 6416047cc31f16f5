package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Cluster;
import dev.bramble.cluster.Member;
import dev.bramble.cluster.Message;
import dev.bramble.cluster.View;
import dev.bramble.model.NodeId;
import dev.bramble.model.NodeRole;
import dev.bramble.time.ThreadEventLoop;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A member in a process of its own. Prints {@code view N NODE …}, {@code left NODE: EVIDENCE}, {@code got COUNT},
 * {@code refused SENTENCE}; takes {@code flood NODE COUNT BYTES}, {@code rtt}, {@code engine} and {@code losses} on
 * standard input, and ends with it.
 *
 * <p>Arguments: node, port, folder with {@code key}, {@code certificate} and {@code authority}, then the hosts to ask.
 */
final class MemberProcess implements Cluster.Listener {
    private long got;
    private org.jgroups.JChannel channel;

    private MemberProcess() {}

    static void save(Path folder, TestAuthority authority, String node) throws IOException, GeneralSecurityException {
        TestAuthority.NodeKey key = authority.issue(node, NodeRole.AGENT);
        Files.createDirectories(folder);
        Files.write(folder.resolve("key"), key.key().getEncoded());
        Files.write(folder.resolve("certificate"), key.certificate().getEncoded());
        Files.write(folder.resolve("authority"), authority.certificate().getEncoded());
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[2]);
        var key = new TestAuthority.NodeKey(
                KeyFactory.getInstance("EC")
                        .generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(folder.resolve("key")))),
                certificate(folder.resolve("certificate")));
        var trust = new TestAuthority.Trust(certificate(folder.resolve("authority")));
        Member self = new Member(
                new NodeId(args[0]),
                args[0],
                NodeRole.AGENT,
                "",
                "",
                "serial-" + args[0],
                UUID.randomUUID().toString());
        var settings = new ClusterSettings(
                self,
                TestNode.CLUSTER,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[1])),
                List.of(args).subList(3, args.length),
                trust.credentials(key),
                AdmissionCheck.KNOWS_NOTHING,
                false,
                folder);
        var loop = new ThreadEventLoop("loop", Throwable::printStackTrace);
        MemberProcess process = new MemberProcess();
        JGroupsCluster cluster =
                JGroupsCluster.join(settings, TestNode.CODEC, process, loop, channel -> process.channel = channel);
        try (var in = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                process.obey(cluster, line.split(" "));
            }
        }
        cluster.close();
        System.exit(0);
    }

    private void obey(JGroupsCluster cluster, String[] words) {
        switch (words[0]) {
            case "flood" -> {
                byte[] body = new byte[Integer.parseInt(words[3])];
                for (long i = 0; i < Long.parseLong(words[2]); i++) {
                    cluster.send(new NodeId(words[1]), new Message.Request(i, body));
                }
                System.out.println("flooded");
            }
            case "rtt" -> System.out.println("rtt " + cluster.roundTripTimes());
            case "engine" -> System.out.println("engine " + channel.getView());
            case "losses" -> System.out.println(cluster.losses());
            default -> System.out.println("what is " + words[0] + "?");
        }
    }

    private static X509Certificate certificate(Path file) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    @Override
    public void viewChanged(View view) {
        view.left().forEach((node, how) -> System.out.println("left " + node + ": " + how.evidence()));
        System.out.println("view " + view.members().size() + " "
                + view.members().stream().map(m -> m.node().value()).sorted().collect(Collectors.joining(" ")));
    }

    @Override
    public void received(Member from, Message message) {
        got++;
        if (got % 1000 == 0) {
            System.out.println("got " + got);
        }
    }

    @Override
    public void refused(String sentence) {
        System.out.println("refused " + sentence);
    }
}
