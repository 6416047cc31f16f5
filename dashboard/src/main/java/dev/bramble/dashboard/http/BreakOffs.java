package dev.bramble.dashboard.http;

import jakarta.servlet.ServletRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Keeps half an answer from looking whole. When a route fails after its answer has begun, the servlet above still ends
 * it in good order; here the last write of such an answer fails, so that HTTP/1.1 closes the connection without the
 * final chunk and HTTP/2 resets the stream, and the client knows.
 */
final class BreakOffs extends Handler.Wrapper {
    private static final String BROKEN = "bramble.broken-off";

    /** Marks the answer to this request as broken off. */
    static void mark(ServletRequest request) {
        request.setAttribute(BROKEN, true);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(request, new Ending(request, response), callback);
    }

    private static final class Ending extends Response.Wrapper {
        private final Request request;

        Ending(Request request, Response response) {
            super(request, response);
            this.request = request;
        }

        @Override
        public void write(boolean last, ByteBuffer bytes, Callback callback) {
            if (last && request.getAttribute(BROKEN) != null) {
                callback.failed(new BrokenOff());
            } else {
                super.write(last, bytes, callback);
            }
        }
    }

    /** No fault of the server, so that it does not log it. */
    private static final class BrokenOff extends IOException implements QuietException {
        BrokenOff() {
            super("the answer was broken off");
        }
    }
}
