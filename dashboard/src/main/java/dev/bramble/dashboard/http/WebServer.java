package dev.bramble.dashboard.http;

import dev.bramble.model.CutText;
import dev.bramble.model.RefusedException;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.javalin.json.JavalinJackson3;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server: a virtual thread for each request, security headers and an id on each response, and an answer in the
 * caller's own form when something goes wrong.
 */
public final class WebServer implements AutoCloseable {
    /** Browsers hold one connection over HTTP/2 and six over HTTP/1.1; each costs some 30 kB while it is open. */
    static final int CONNECTIONS_MAX = 512;
    /** Jetty's selectors and acceptors; requests run elsewhere. */
    private static final int LISTENING_THREADS_MAX = 12;

    /** How long requests may go on when the head stops; clients have another head, or try again. */
    private static final long STOP_MILLIS_MAX = 2_000;

    private static final Logger LOG = Logger.getLogger(WebServer.class.getName());

    /** Both tell of their start at length. Held here, since a logger that nobody holds forgets its level. */
    private static final Logger JAVALIN = Logger.getLogger("io.javalin");

    private static final Logger JETTY = Logger.getLogger("org.eclipse.jetty");

    private final Javalin javalin;
    private final int port;

    private WebServer(Javalin javalin, int port) {
        this.javalin = javalin;
        this.port = port;
    }

    /**
     * @param routes adds everything that is served
     * @param errorPage writes a problem as a page, for addresses outside of the interface
     * @throws IOException when the port cannot be opened
     */
    public static WebServer start(
            Port port, Consumer<RoutesConfig> routes, BiConsumer<Context, ProblemException> errorPage)
            throws IOException {
        JETTY.setLevel(Level.WARNING);
        // A start that fails is told by what is thrown below.
        JAVALIN.setLevel(Level.OFF);
        Javalin javalin = Javalin.create(config -> configure(config, port, routes, errorPage));
        try {
            javalin.start();
        } catch (JavalinBindException e) {
            javalin.stop();
            throw new IOException(
                    "cannot listen on " + port.host() + " port " + port.number()
                            + ": another program holds it, or the address is not this machine's; stop that program or"
                            + " choose another port",
                    e);
        } finally {
            JAVALIN.setLevel(Level.WARNING);
        }
        ServerConnector connector =
                (ServerConnector) javalin.jettyServer().server().getConnectors()[0];
        return new WebServer(javalin, connector.getLocalPort());
    }

    private static void configure(
            JavalinConfig config,
            Port port,
            Consumer<RoutesConfig> routes,
            BiConsumer<Context, ProblemException> errorPage) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.jetty.threadPool = threads();
        config.http.prefer405over404 = true;
        config.router.ignoreTrailingSlashes = false;
        config.jsonMapper(new JavalinJackson3(Json.MAPPER, true));
        config.jetty.addConnector((server, template) -> port.connector(server, template));
        config.jetty.modifyServer(WebServer::limit);
        config.jetty.modifyServletContextHandler(handler -> {
            handler.setErrorHandler(new ServerErrors());
            handler.getServletHandler().setDecodeAmbiguousURIs(true);
        });
        config.routes.before(WebServer::prepare);
        routes.accept(config.routes);
        config.routes.exception(Exception.class, (e, context) -> fail(e, context, errorPage));
        // Javalin has an answer of its own to these unless they are named.
        config.routes.exception(HttpResponseException.class, (e, context) -> fail(e, context, errorPage));
        config.router.javaLangErrorHandler((response, error) -> {
            LOG.log(Level.SEVERE, "a request ended with an error of the virtual machine", error);
            response.setStatus(500);
        });
    }

    /** Few threads that listen, and a virtual one for each request. */
    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(LISTENING_THREADS_MAX);
        threads.setName("http");
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
        return threads;
    }

    private static void limit(Server server) {
        server.setHandler(new BreakOffs());
        server.setErrorHandler(new ServerErrors());
        server.setStopTimeout(STOP_MILLIS_MAX);
        server.addBean(new NetworkConnectionLimit(CONNECTIONS_MAX, server));
    }

    private static void prepare(Context context) {
        putHeaders(context);
        // Javalin answers HEAD with 200 wherever there is a GET, without asking whether the caller may.
        if (context.method().equals(HandlerType.HEAD)
                && isApi(context)
                && !context.path().startsWith(Route.ROOT + "/blobs/")) {
            throw ProblemException.methodNotAllowed("HEAD is not answered here: send GET");
        }
    }

    private static void putHeaders(Context context) {
        SecurityHeaders.ALL.forEach(context::header);
        context.header(RequestIds.HEADER, RequestIds.of(context));
    }

    private static boolean isApi(Context context) {
        return context.path().startsWith("/api/");
    }

    private static void fail(Exception e, Context context, BiConsumer<Context, ProblemException> errorPage) {
        if (context.res().isCommitted()) {
            breakOff(context, e);
            return;
        }
        // What the route said of its own answer (length, type, file name) is not true of this one.
        context.res().reset();
        putHeaders(context);
        ProblemException problem = problemOf(e, context);
        if (isApi(context)) {
            send(context, problem);
        } else {
            errorPage.accept(context, problem);
        }
    }

    private static ProblemException problemOf(Exception e, Context context) {
        return switch (e) {
            case ProblemException problem -> problem;
            case RefusedException refused -> ProblemException.of(refused.refusal());
            case HttpResponseException refused ->
                ProblemException.ofStatus(refused.getStatus(), sentence(refused, context));
            default -> {
                LOG.log(Level.SEVERE, "request " + RequestIds.of(context) + " " + context.method() + " failed", e);
                yield ProblemException.ofStatus(
                        500, "this head has a fault: look for request " + RequestIds.of(context) + " in its log");
            }
        };
    }

    private static String sentence(HttpResponseException refused, Context context) {
        return switch (refused.getStatus()) {
            case 404 ->
                "there is nothing at " + shown(context.path())
                        + (isApi(context) ? ": see " + Route.ROOT + "/openapi.yaml for what there is" : "");
            case 405 ->
                context.method() + " is not answered at " + shown(context.path()) + ": use "
                        + refused.getDetails().getOrDefault("availableMethods", "another method");
            default -> "this request cannot be answered: " + refused.getMessage();
        };
    }

    private static String shown(String path) {
        return CutText.shortened(path, 201);
    }

    private static void send(Context context, ProblemException problem) {
        String id = RequestIds.of(context);
        if (problem.status() == 401) {
            context.header("WWW-Authenticate", "Bearer realm=\"bramble\"");
        }
        sendRetryAfter(context, problem);
        context.status(problem.status())
                .contentType(ProblemJson.CONTENT_TYPE)
                .result(Json.MAPPER.writeValueAsBytes(ProblemJson.of(problem, id)));
    }

    /** Tells a client when to come again, where that is of use. */
    public static void sendRetryAfter(Context context, ProblemException problem) {
        if (problem.retryAfterSeconds() > 0) {
            context.header("Retry-After", Integer.toString(problem.retryAfterSeconds()));
        }
    }

    /** Half an answer is out: ending it in good order would make it look whole. */
    private static void breakOff(Context context, Exception e) {
        if (!(e instanceof IOException) && !(e instanceof ProblemException)) {
            LOG.log(Level.WARNING, "request " + RequestIds.of(context) + " broke off", e);
        }
        BreakOffs.mark(context.req());
    }

    public int port() {
        return port;
    }

    /** Lets requests end for a moment, then stops. */
    @Override
    public void close() {
        javalin.stop();
    }
}
