package dev.bramble.cli.connect;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON as the command line reads and shows it. */
public final class Json {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final JsonMapper COMPACT = JsonMapper.builder().build();

    private Json() {}

    /** @throws tools.jackson.core.JacksonException when it is none */
    public static JsonNode parse(String text) {
        return MAPPER.readTree(text);
    }

    /** @throws tools.jackson.core.JacksonException when it is none */
    public static JsonNode parse(byte[] text) {
        return MAPPER.readTree(text);
    }

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    public static ArrayNode array() {
        return MAPPER.createArrayNode();
    }

    public static String pretty(Object json) {
        return MAPPER.writeValueAsString(json);
    }

    public static String compact(Object json) {
        return COMPACT.writeValueAsString(json);
    }

    /** Why something with a file went wrong, in words: Java often gives the bare name as message. */
    public static String reason(IOException e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason().toLowerCase(Locale.ROOT);
        }
        return switch (e) {
            case NoSuchFileException ignored -> "it is not there";
            case AccessDeniedException ignored -> "permission denied";
            default -> String.valueOf(e.getMessage());
        };
    }
}
