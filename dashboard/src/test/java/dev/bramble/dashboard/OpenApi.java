package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The description of the REST interface, and whether an answer is one that it describes. */
final class OpenApi {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "head", "patch");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** It warns of each keyword of OpenAPI that JSON Schema does not have. */
    private static final Logger QUIET = Logger.getLogger("com.networknt.schema");

    /** All rows of a table are made alike. */
    private static final int ROWS_CHECKED_MAX = 20;

    private final JsonNode root;
    private final Map<JsonNode, Schema> compiled = new IdentityHashMap<>();
    private final SchemaRegistry schemas = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    private final List<Operation> operations = new ArrayList<>();
    private final Set<String> seen = new ConcurrentSkipListSet<>();

    /** An operation of the description. */
    record Operation(String method, String path, Pattern pattern, JsonNode node, JsonNode shared) {
        /** {@code GET /nodes/{node}}. */
        String name() {
            return method.toUpperCase(java.util.Locale.ROOT) + " " + path;
        }
    }

    OpenApi() {
        QUIET.setLevel(Level.SEVERE);
        try (InputStream in = OpenApi.class.getResourceAsStream("/openapi.yaml")) {
            root = new YAMLMapper().readTree(in);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        for (Map.Entry<String, JsonNode> path : root.get("paths").properties()) {
            JsonNode shared = path.getValue().path("parameters");
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                if (METHODS.contains(operation.getKey())) {
                    operations.add(new Operation(
                            operation.getKey(), path.getKey(), pattern(path.getKey()), operation.getValue(), shared));
                }
            }
        }
    }

    private static Pattern pattern(String path) {
        String regex = path.replace(".", "\\.")
                .replaceAll("/(files|pictures)/\\{name}", "/$1/.+")
                .replaceAll("\\{[^}]+}", "[^/]+");
        return Pattern.compile(regex);
    }

    List<Operation> operations() {
        return operations;
    }

    /** Operations of which an answer with a status below 400 was checked. */
    Set<String> answered() {
        return new TreeSet<>(seen);
    }

    /** Names of the parameters of a kind ({@code query}, {@code header}) that an operation declares. */
    Set<String> parameters(Operation operation, String in) {
        Set<String> names = new TreeSet<>();
        for (JsonNode list : List.of(operation.node().path("parameters"), operation.shared())) {
            for (JsonNode parameter : list) {
                JsonNode resolved = resolve(parameter);
                if (resolved.get("in").asString().equals(in)) {
                    names.add(resolved.get("name").asString());
                }
            }
        }
        return names;
    }

    /** Fails unless the description has this answer to this request. */
    void check(String method, String path, HttpResponse<byte[]> response) {
        Optional<Operation> operation = operations.stream()
                .filter(one -> one.method().equalsIgnoreCase(method)
                        && one.pattern().matcher(path).matches())
                .findFirst();
        if (operation.isEmpty()) {
            assertThat(response.statusCode())
                    .as("%s %s is described nowhere", method, path)
                    .isIn(404, 405);
            if (!method.equals("HEAD")) {
                checkBody(JSON.createObjectNode().set("content", problemContent()), response);
            }
            return;
        }
        int status = response.statusCode();
        JsonNode responses = operation.get().node().get("responses");
        JsonNode declared = responses.get(Integer.toString(status));
        if (declared == null && status >= 500) {
            declared = responses.get("default");
        }
        if (declared == null) {
            fail("%s answered %d, which is not declared: %s", operation.get().name(), status, text(response));
        }
        declared = resolve(declared);
        checkHeaders(operation.get(), declared, response);
        checkBody(declared, response);
        if (status < 400) {
            seen.add(operation.get().name());
        }
    }

    private JsonNode problemContent() {
        return resolve(root.at("/components/responses/NotFound")).get("content");
    }

    private void checkHeaders(Operation operation, JsonNode declared, HttpResponse<byte[]> response) {
        for (Map.Entry<String, JsonNode> header : declared.path("headers").properties()) {
            JsonNode resolved = resolve(header.getValue());
            Optional<String> value = response.headers().firstValue(header.getKey());
            if (resolved.path("required").asBoolean(false)) {
                assertThat(value)
                        .as("%s of %s", header.getKey(), operation.name())
                        .isPresent();
            }
            value.ifPresent(
                    text -> validate(typed(text, resolved.get("schema")), resolved.get("schema"), header.getKey()));
        }
    }

    /** A header is text; its schema may be of a number or a flag. */
    private JsonNode typed(String text, JsonNode schema) {
        String type = resolve(schema).path("type").asString("string");
        return type.equals("string") ? JSON.valueToTree(text) : JSON.readTree(text);
    }

    private void checkBody(JsonNode declared, HttpResponse<byte[]> response) {
        JsonNode content = declared.path("content");
        if (content.isMissingNode()) {
            assertThat(response.body()).as("a body that is not declared").isEmpty();
            return;
        }
        String type = response.headers().firstValue("Content-Type").orElse("").split(";")[0];
        JsonNode media = content.get(type);
        assertThat(media)
                .as("content type '%s' is not declared: %s", type, text(response))
                .isNotNull();
        if (type.equals("application/json") || type.equals("application/problem+json")) {
            validate(JSON.readTree(response.body()), media.get("schema"), text(response));
        }
        if (type.equals("application/x-ndjson")) {
            JsonNode row = media.get("schema").get("contentSchema");
            text(response).lines().limit(ROWS_CHECKED_MAX).forEach(line -> validate(JSON.readTree(line), row, line));
        }
    }

    private void validate(JsonNode value, JsonNode schema, String shown) {
        assertThat(compiled(schema).validate(value)).as(shown).isEmpty();
    }

    /** References in the schema are looked up from its own top, so the components go there. */
    private synchronized Schema compiled(JsonNode schema) {
        return compiled.computeIfAbsent(schema, any -> {
            ObjectNode whole = (ObjectNode) schema.deepCopy();
            whole.set("components", root.get("components"));
            return schemas.getSchema(whole);
        });
    }

    /** Whether a document is one that a request may send. */
    List<Error> errors(JsonNode value, String schemaName) {
        return compiled(root.at("/components/schemas/" + schemaName)).validate(value);
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? root.at(node.get("$ref").asString().substring(1)) : node;
    }

    private static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }
}
