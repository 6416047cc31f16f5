package dev.bramble.control.jobfile.json;

import dev.bramble.control.jobfile.JobLimits;
import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Place;
import dev.bramble.control.jobfile.Problems;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/**
 * Builds the tree of fields from JSON, token by token: numbers keep their written text, a key that comes twice is seen,
 * and every value has its line and column. And writes such a tree.
 */
public final class JsonTree {
    /** Deepest nesting: a job needs six levels. */
    private static final int DEPTH_MAX = 32;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxDocumentLength(JobLimits.JOB_JSON_BYTES_MAX)
                    .build())
            .build();

    private JsonTree() {}

    /** The tree; empty when there is none, and then {@code problems} say why. */
    public static Optional<Node> read(byte[] json, Problems problems) {
        if (json.length > JobLimits.JOB_JSON_BYTES_MAX) {
            problems.add(
                    Place.TOP,
                    String.format(
                            Locale.ROOT,
                            "a job has at most %,d bytes of JSON, this one has %,d: use a lines file or an archive",
                            JobLimits.JOB_JSON_BYTES_MAX,
                            json.length));
            return Optional.empty();
        }
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == null) {
                problems.add(Place.TOP, "the body is empty: it needs at least a command");
                return Optional.empty();
            }
            Node root = node(parser, "");
            if (parser.nextToken() != null) {
                problems.add(place("", parser.currentTokenLocation()), "nothing may follow the job: remove this");
            }
            return Optional.of(root);
        } catch (JacksonException broken) {
            problems.add(place("", broken.getLocation()), "this is not JSON: " + broken.getOriginalMessage());
            return Optional.empty();
        }
    }

    private static Node node(JsonParser parser, String path) {
        Place place = place(path, parser.currentTokenLocation());
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                List<Node.Field> fields = new ArrayList<>();
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    String key = parser.currentName();
                    Place keyPlace = place(place.key(key).path(), parser.currentTokenLocation());
                    parser.nextToken();
                    fields.add(new Node.Field(keyPlace, key, node(parser, keyPlace.path())));
                }
                yield new Node.MapNode(place, fields);
            }
            case START_ARRAY -> {
                List<Node> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(node(parser, place.index(elements.size()).path()));
                }
                yield new Node.ListNode(place, elements);
            }
            case VALUE_STRING -> new Node.Text(place, parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Node.Number(place, parser.getString());
            case VALUE_TRUE -> new Node.Flag(place, true, "true");
            case VALUE_FALSE -> new Node.Flag(place, false, "false");
            case VALUE_NULL -> new Node.Missing(place);
            default -> throw new IllegalStateException("no value begins with " + parser.currentToken());
        };
    }

    private static Place place(String path, TokenStreamLocation location) {
        return location == null ? Place.of(path) : new Place(path, location.getLineNr(), location.getColumnNr());
    }

    /** Writes the tree on one line. */
    public static String write(Node node) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            write(node, generator);
        }
        return out.toString();
    }

    private static void write(Node node, JsonGenerator out) {
        switch (node) {
            case Node.Text text -> out.writeString(text.text());
            case Node.Number number -> out.writeNumber(number.written());
            case Node.Flag flag -> out.writeBoolean(flag.value());
            case Node.Missing ignored -> out.writeNull();
            case Node.ListNode list -> {
                out.writeStartArray();
                list.elements().forEach(element -> write(element, out));
                out.writeEndArray();
            }
            case Node.MapNode map -> {
                out.writeStartObject();
                for (Node.Field field : map.fields()) {
                    out.writeName(field.key());
                    write(field.value(), out);
                }
                out.writeEndObject();
            }
        }
    }
}
