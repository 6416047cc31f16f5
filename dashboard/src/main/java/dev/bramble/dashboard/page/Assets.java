package dev.bramble.dashboard.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Style, icon and scripts, held in memory: some 120 kB. Their addresses change with their contents, so they may be
 * kept. Those in {@code vendor} are others' work, unchanged; {@code vendor/assets.lock} says whose.
 */
public final class Assets {
    private static final Map<String, String> TYPES =
            Map.of("css", "text/css; charset=utf-8", "js", "text/javascript; charset=utf-8", "svg", "image/svg+xml");

    private static final List<String> NAMES = List.of(
            "bramble.css",
            "bramble.svg",
            "live.js",
            "drain.js",
            "submit.js",
            "paint.js",
            "grid.js",
            "stream.js",
            "plot.js",
            "log.js",
            "vendor/idiomorph-0.8.0.js",
            "vendor/uplot-1.6.32.js",
            "vendor/uplot-1.6.32.css");

    private final Map<String, Asset> byName = NAMES.stream()
            .map(name -> Asset.load(name, TYPES.get(name.substring(name.lastIndexOf('.') + 1))))
            .collect(Collectors.toMap(Asset::name, Function.identity()));

    private record Asset(String name, String contentType, byte[] bytes, String hash) {
        static Asset load(String name, String contentType) {
            try (InputStream in = Assets.class.getResourceAsStream("/assets/" + name)) {
                if (in == null) {
                    throw new IllegalStateException(name + " is missing from the dashboard's jar: build Bramble again");
                }
                byte[] bytes = in.readAllBytes();
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
                return new Asset(name, contentType, bytes, HexFormat.of().formatHex(digest, 0, 8));
            } catch (IOException e) {
                throw new UncheckedIOException("cannot read " + name + " from the dashboard's jar", e);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }

        String address() {
            return "/assets/" + name + "?v=" + hash;
        }

        void send(Context context) {
            context.header("Cache-Control", "public, max-age=31536000, immutable")
                    .contentType(contentType)
                    .result(bytes);
        }
    }

    /** Somebody else's work in the pages. */
    public record Licence(String name, String version, String licence) {}

    /** As {@code vendor/assets.lock} has them. */
    public static List<Licence> licences() {
        String lock = new String(Asset.load("vendor/assets.lock", "text/plain").bytes(), StandardCharsets.UTF_8);
        return lock.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" "))
                .map(fields -> new Licence(fields[0], fields[1], fields[3]))
                .toList();
    }

    public void register(RoutesConfig routes) {
        byName.values().forEach(asset -> routes.get("/assets/" + asset.name(), asset::send));
    }

    /**
     * For templates: where it is served.
     *
     * @throws IllegalArgumentException when there is no such asset
     */
    public String of(String name) {
        Asset asset = byName.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("there is no asset " + name);
        }
        return asset.address();
    }
}
