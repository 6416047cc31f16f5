package dev.bramble.cli.connect;

import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the bramble that a command is for. In this order: the command's own options; BRAMBLE_URL, BRAMBLE_TOKEN and
 * BRAMBLE_PIN; the profile named or in use; the one that {@code bramble local} wrote.
 */
public final class Finder {
    private final Map<String, String> environment;
    private final Profiles profiles;

    public Finder(Map<String, String> environment, Profiles profiles) {
        this.environment = environment;
        this.profiles = profiles;
    }

    /** What the user said on the command line; each may be null. */
    public record Wishes(String url, String token, String pin, String profile) {
        public static final Wishes NONE = new Wishes(null, null, null, null);
    }

    public Endpoint find(Wishes wishes) {
        if (wishes.url() != null) {
            String token = wishes.token() != null ? wishes.token() : variable("BRAMBLE_TOKEN");
            return at(wishes.url(), token, wishes.pin() != null ? wishes.pin() : variable("BRAMBLE_PIN"), "--url");
        }
        Endpoint found = withoutUrl(wishes);
        return wishes.token() == null
                ? found
                : new Endpoint(found.heads(), wishes.token(), found.source() + " with --token");
    }

    private Endpoint withoutUrl(Wishes wishes) {
        if (wishes.profile() != null) {
            return profiles.require(wishes.profile());
        }
        if (!variable("BRAMBLE_URL").isEmpty()) {
            return at(variable("BRAMBLE_URL"), variable("BRAMBLE_TOKEN"), variable("BRAMBLE_PIN"), "BRAMBLE_URL");
        }
        String name = profiles.current().orElse(Profiles.LOCAL);
        return profiles.find(name)
                .orElseThrow(() -> new Failure(
                        ExitCode.UNREACHABLE,
                        name.equals(Profiles.LOCAL)
                                ? "no bramble is known here: start one with 'bramble local', or name one with"
                                        + " 'bramble profile add URL', or set BRAMBLE_URL and BRAMBLE_TOKEN"
                                : "the profile in use, '" + name + "', is gone: choose another with 'bramble profile"
                                        + " use NAME'"));
    }

    private Endpoint at(String urls, String token, String pins, String source) {
        List<Pin> pinList = new ArrayList<>();
        for (String pin : pins.split(",")) {
            if (!pin.isBlank()) {
                pinList.add(Pin.parse(pin));
            }
        }
        List<URI> urlList = Endpoint.urls(urls);
        if (!pinList.isEmpty() && pinList.size() != urlList.size()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "there are " + urlList.size() + " addresses and " + pinList.size()
                            + " fingerprints: give one fingerprint for each address, in the same order");
        }
        List<Endpoint.Head> heads = new ArrayList<>();
        for (int i = 0; i < urlList.size(); i++) {
            URI url = urlList.get(i);
            heads.add(new Endpoint.Head(url, pinList.isEmpty() ? knownPin(url) : Optional.of(pinList.get(i))));
        }
        return new Endpoint(List.copyOf(heads), token, source);
    }

    /** A head that was pinned once stays pinned, however it is named later. */
    private Optional<Pin> knownPin(URI url) {
        return profiles.names().stream()
                .map(profiles::require)
                .flatMap(endpoint -> endpoint.heads().stream())
                .filter(head -> head.url().equals(url))
                .flatMap(head -> head.pin().stream())
                .findFirst();
    }

    private String variable(String name) {
        return environment.getOrDefault(name, "").strip();
    }
}
