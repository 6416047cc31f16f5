package dev.bramble.dashboard.page;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The style sheet and the icon, held in memory. Their addresses change with their contents, so they may be kept. */
public final class Assets {
    private final Asset css = Asset.load("bramble.css", "text/css; charset=utf-8");
    private final Asset icon = Asset.load("bramble.svg", "image/svg+xml");

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

    public void register(RoutesConfig routes) {
        routes.get("/assets/" + css.name(), css::send);
        routes.get("/assets/" + icon.name(), icon::send);
    }

    /** For templates. */
    public String css() {
        return css.address();
    }

    /** For templates. */
    public String icon() {
        return icon.address();
    }
}
