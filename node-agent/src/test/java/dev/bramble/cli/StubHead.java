package dev.bramble.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.bramble.cli.connect.Json;
import dev.bramble.cli.connect.Pin;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A head that answers what a test tells it to, over HTTPS with a certificate of its own. What it was not told about it
 * answers with 404 as {@code application/problem+json}.
 */
public final class StubHead implements AutoCloseable {
    /** What arrived. */
    public record Arrived(String method, String path, Map<String, String> headers, byte[] body) {
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** @param cutAfter bytes of the body after which the connection breaks; −1 for none */
    public record Answer(int status, Map<String, String> headers, byte[] body, int cutAfter) {
        public static Answer json(Object json) {
            return json(200, json);
        }

        public static Answer json(int status, Object json) {
            return new Answer(
                    status,
                    Map.of("Content-Type", "application/json", "Bramble-Revision", "42"),
                    Json.compact(json).getBytes(StandardCharsets.UTF_8),
                    -1);
        }

        public static Answer bytes(byte[] body, String... headers) {
            Map<String, String> all = new LinkedHashMap<>();
            all.put("Content-Type", "application/octet-stream");
            for (int i = 0; i < headers.length; i += 2) {
                all.put(headers[i], headers[i + 1]);
            }
            return new Answer(200, all, body, -1);
        }

        public static Answer empty() {
            return new Answer(204, Map.of("Bramble-Revision", "43"), new byte[0], -1);
        }

        public static Answer problem(int status, String code, String detail) {
            return problem(status, code, detail, List.of());
        }

        public static Answer problem(int status, String code, String detail, List<Map<String, String>> errors) {
            Map<String, Object> problem = new LinkedHashMap<>();
            problem.put("type", "urn:bramble:problem:" + code);
            problem.put("title", code);
            problem.put("status", status);
            problem.put("detail", detail);
            problem.put("code", code);
            problem.put("requestId", "r-17");
            if (!errors.isEmpty()) {
                problem.put("errors", errors);
            }
            return new Answer(
                    status,
                    Map.of("Content-Type", "application/problem+json"),
                    Json.compact(problem).getBytes(StandardCharsets.UTF_8),
                    -1);
        }

        public Answer with(String header, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(header, value);
            return new Answer(status, more, body, cutAfter);
        }

        public Answer cutAfter(int bytes) {
            return new Answer(status, headers, body, bytes);
        }
    }

    private final HttpServer server;
    private final String scheme;
    private final Pin pin;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Function<Arrived, Answer>> routes = Collections.synchronizedMap(new LinkedHashMap<>());
    private final List<Arrived> arrived = Collections.synchronizedList(new ArrayList<>());

    private StubHead(HttpServer server, String scheme, Pin pin) {
        this.server = server;
        this.scheme = scheme;
        this.pin = pin;
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    public static StubHead https() {
        try {
            return https(0);
        } catch (Exception broken) {
            throw new IllegalStateException("no head can be played here", broken);
        }
    }

    /** @param port 0 for any */
    public static StubHead https(int port) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        X500Name name = new X500Name("CN=head");
        X509Certificate certificate = new JcaX509CertificateConverter()
                .getCertificate(new JcaX509v3CertificateBuilder(
                                name,
                                new BigInteger(64, new SecureRandom()),
                                Date.from(Instant.parse("1970-01-01T00:00:00Z")),
                                Date.from(Instant.parse("2099-01-01T00:00:00Z")),
                                name,
                                keys.getPublic())
                        .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("head", keys.getPrivate(), new char[0], new X509Certificate[] {certificate});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, new SecureRandom());
        HttpsServer server = HttpsServer.create(loopback(port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new StubHead(server, "https", Pin.of(certificate));
    }

    public static StubHead http() throws IOException {
        return new StubHead(HttpServer.create(loopback(0), 0), "http", null);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    public String url() {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort();
    }

    public Pin pin() {
        return pin;
    }

    /** @param path beneath {@code /api/v1}, without its query */
    public StubHead on(String method, String path, Function<Arrived, Answer> answer) {
        routes.put(method + " /api/v1" + path, answer);
        return this;
    }

    public StubHead on(String method, String path, Answer answer) {
        return on(method, path, ignored -> answer);
    }

    public List<Arrived> arrived() {
        synchronized (arrived) {
            return List.copyOf(arrived);
        }
    }

    /** {@code METHOD path?query} of what arrived, beneath {@code /api/v1}. */
    public List<String> lines() {
        return arrived().stream().map(one -> one.method() + " " + one.path()).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new LinkedHashMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
            String path = exchange.getRequestURI().getRawPath();
            String query = exchange.getRequestURI().getRawQuery();
            Arrived one = new Arrived(
                    exchange.getRequestMethod(),
                    path.replaceFirst("^/api/v1", "") + (query == null ? "" : "?" + query),
                    headers,
                    exchange.getRequestBody().readAllBytes());
            arrived.add(one);
            Function<Arrived, Answer> route = routes.get(one.method() + " " + path);
            send(
                    exchange,
                    route == null
                            ? Answer.problem(404, "not-found", "there is no " + one.path() + " here")
                            : route.apply(one));
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        boolean hasBody =
                answer.body().length > 0 && !exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), hasBody ? answer.body().length : -1);
        if (!hasBody) {
            return;
        }
        OutputStream out = exchange.getResponseBody();
        if (answer.cutAfter() >= 0) {
            out.write(answer.body(), 0, answer.cutAfter());
            out.flush();
            // Closing with bytes owed breaks the connection.
            return;
        }
        out.write(answer.body());
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
