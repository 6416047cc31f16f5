package dev.bramble.cli.connect;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Why there was no answer, in words. */
final class Unreachable {
    private Unreachable() {}

    static String reason(IOException e) {
        if (cause(e, UnresolvedAddressException.class).isPresent()) {
            return "there is no machine of that name";
        }
        return switch (e) {
            case UnknownHostException ignored -> "there is no machine of that name";
            case ConnectException ignored -> "connection refused";
            case NoRouteToHostException ignored -> "there is no route to it";
            case SocketTimeoutException ignored -> "no answer in time";
            case HttpTimeoutException ignored -> "no answer in time";
            case SSLException broken -> "no encrypted connection: " + broken.getMessage();
            default -> e.getMessage() == null ? "the connection broke off" : e.getMessage();
        };
    }

    /** The first of {@code kind} among the failure and its causes. */
    static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> kind) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (kind.isInstance(cause)) {
                return Optional.of(kind.cast(cause));
            }
        }
        return Optional.empty();
    }
}
