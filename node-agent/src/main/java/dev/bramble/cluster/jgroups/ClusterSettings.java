package dev.bramble.cluster.jgroups;

import dev.bramble.cluster.Member;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * What a member needs to join.
 *
 * @param self what this node says about itself; its incarnation is new at every start of the process
 * @param cluster the ledger's id: two brambles on one network never meet
 * @param listen a concrete address of this board, which it tells the others, and a port
 * @param initialHosts {@code host:port} of other members; may be incomplete, gone, or not resolvable yet
 * @param credentials this node's proof of who it is, and whom it believes
 * @param admission what this node knows about others
 * @param multicast whether to tell the local network where this node listens, and to hear others say so
 * @param folder of this node, for the file {@code peers}
 * @param founding whether this node has made the cluster's ledger just now: nobody else can be there yet
 */
public record ClusterSettings(
        Member self,
        String cluster,
        InetSocketAddress listen,
        List<String> initialHosts,
        Credentials credentials,
        AdmissionCheck admission,
        boolean multicast,
        Path folder,
        boolean founding) {

    public ClusterSettings {
        initialHosts = List.copyOf(initialHosts);
        if (listen.isUnresolved() || listen.getAddress().isAnyLocalAddress() || listen.getPort() == 0) {
            throw new IllegalArgumentException("the cluster cannot listen on " + listen
                    + ": it needs an address of this board that others can reach, and a port");
        }
    }

    /** Of a node that joins. */
    public ClusterSettings(
            Member self,
            String cluster,
            InetSocketAddress listen,
            List<String> initialHosts,
            Credentials credentials,
            AdmissionCheck admission,
            boolean multicast,
            Path folder) {
        this(self, cluster, listen, initialHosts, credentials, admission, multicast, folder, false);
    }

    /**
     * A node's key and certificate, and the check of everybody else's.
     *
     * @param key belongs to {@code certificate}; on a NIST curve
     * @param certificate issued by one of the bramble's authorities
     * @param tls presents {@code certificate} and refuses peers that {@code peers} would refuse
     */
    public record Credentials(PrivateKey key, X509Certificate certificate, SSLContext tls, PeerCheck peers) {}
}
