package dev.bramble.dashboard.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Forms as browsers send them: read, and refused when another site had them sent. */
public final class FormFields {
    public static final String TYPE = "application/x-www-form-urlencoded";

    private FormFields() {}

    /** All values by name, in order; what cannot be decoded is left out. */
    public static Map<String, List<String>> read(byte[] form) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        for (String pair : new String(form, StandardCharsets.UTF_8).split("&")) {
            String[] halves = pair.split("=", 2);
            try {
                String name = URLDecoder.decode(halves[0], StandardCharsets.UTF_8);
                String value = halves.length == 1 ? "" : URLDecoder.decode(halves[1], StandardCharsets.UTF_8);
                if (!name.isEmpty()) {
                    fields.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
                }
            } catch (IllegalArgumentException notEncoded) {
                // No browser sends that.
            }
        }
        return fields;
    }
}
