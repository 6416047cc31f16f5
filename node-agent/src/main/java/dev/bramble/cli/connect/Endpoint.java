package dev.bramble.cli.connect;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A bramble as a user reaches it.
 *
 * @param heads at least one; each is tried
 * @param token the user's credential; empty for none
 * @param source where this was found, for sentences: "the profile 'lab'"
 */
public record Endpoint(List<Head> heads, String token, String source) {
    /**
     * @param url scheme, host and port only
     * @param pin the certificate it must show; empty: one that this machine's authorities vouch for
     */
    public record Head(URI url, Optional<Pin> pin) {
        @Override
        public String toString() {
            return url.toString();
        }
    }

    static Endpoint ofProfile(String name, List<Head> heads, String token) {
        return new Endpoint(List.copyOf(heads), token, "the profile '" + name + "'");
    }

    /** Whether it was found in the profile that {@code bramble local} writes. */
    boolean isLocal() {
        return source.equals("the profile '" + Profiles.LOCAL + "'");
    }

    /** Whether its heads are this machine's, as far as addresses tell: one behind a tunnel looks the same. */
    public boolean isOnThisMachine() {
        return isLocal()
                || heads.stream().allMatch(head -> isLoopback(head.url().getHost()));
    }

    /** Reads the addresses of heads, separated by commas. */
    public static List<URI> urls(String text) {
        List<URI> urls = new ArrayList<>();
        for (String part : text.split(",")) {
            if (!part.isBlank()) {
                urls.add(url(part.strip()));
            }
        }
        if (urls.isEmpty()) {
            throw new Failure(ExitCode.USAGE, "no address of a head is given: write https://HOST:8443");
        }
        return List.copyOf(urls);
    }

    private static URI url(String text) {
        try {
            URI url = new URI(text.contains("://") ? text : "https://" + text);
            String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
            boolean bare = url.getRawQuery() == null
                    && url.getRawFragment() == null
                    && url.getRawUserInfo() == null
                    && (url.getRawPath().isEmpty() || url.getRawPath().equals("/"));
            if (!List.of("http", "https").contains(scheme) || url.getHost() == null || !bare) {
                throw new URISyntaxException(text, "not the address of a head");
            }
            if (scheme.equals("http") && !isLoopback(url.getHost())) {
                throw new Failure(
                        ExitCode.USAGE,
                        text + " is not encrypted, and your token would travel in the clear: use https://");
            }
            return new URI(scheme + "://" + url.getRawAuthority());
        } catch (URISyntaxException wrong) {
            throw new Failure(ExitCode.USAGE, "'" + text + "' is no address of a head: write https://HOST:8443", wrong);
        }
    }

    /** By its writing, not by looking it up: a name server must not decide that plain text is fine. */
    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}") || host.equals("[::1]");
    }
}
