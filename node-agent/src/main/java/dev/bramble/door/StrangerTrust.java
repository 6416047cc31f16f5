package dev.bramble.door;

import dev.bramble.trust.Authorities;
import dev.bramble.trust.ChainTrust;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/**
 * How a node that belongs nowhere yet looks at a door: the chain must end in an authority, that one must have issued
 * the door's certificate, and somebody must say whether it is the right one. For one connection.
 */
final class StrangerTrust extends ChainTrust {
    private final Judge judge;
    private volatile X509Certificate authority;

    /** Says by throwing that an authority is not the right one. */
    interface Judge {
        void judge(X509Certificate authority) throws CertificateException;
    }

    StrangerTrust(Judge judge) {
        this.judge = judge;
    }

    /** Of the door that was let pass. */
    X509Certificate authority() {
        return authority;
    }

    @Override
    protected void checkServer(X509Certificate[] chain) throws CertificateException {
        if (chain.length != 2) {
            throw new CertificateException("it shows no authority of a bramble");
        }
        X509Certificate claimed = chain[1];
        judge.judge(claimed);
        try {
            Authorities.of(claimed).check(chain);
        } catch (IllegalArgumentException none) {
            throw new CertificateException(none.getMessage(), none);
        }
        authority = claimed;
    }

    @Override
    protected void checkClient(X509Certificate[] chain) throws CertificateException {
        throw new CertificateException("a stranger has no clients");
    }
}
