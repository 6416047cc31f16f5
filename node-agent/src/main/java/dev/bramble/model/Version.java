package dev.bramble.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The release that a program was built from, as its build wrote it. */
public record Version(String text) {
    private static final String RESOURCE = "version.properties";

    /** The version of this program. */
    public static Version current() {
        Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(
                        RESOURCE + " is missing beside " + Version.class.getName() + ": build Bramble again");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return new Version(properties.getProperty("version"));
    }

    @Override
    public String toString() {
        return text;
    }
}
