package dev.bramble.dashboard.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What the web server says when a request does not even reach a route: a problem document, nothing of the inside. */
final class ServerErrors extends ErrorHandler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus() >= 400 ? response.getStatus() : 500;
        response.setStatus(status);
        putHeaders(response.getHeaders());
        response.write(true, ByteBuffer.wrap(document(status)), callback);
        return true;
    }

    private static void putHeaders(HttpFields.Mutable fields) {
        SecurityHeaders.ALL.forEach(fields::put);
        fields.put(HttpHeader.CONTENT_TYPE, ProblemJson.CONTENT_TYPE);
    }

    private static byte[] document(int status) {
        String detail = status >= 500
                ? "this head could not answer: try again, and look at its log"
                : "this request cannot be read as HTTP: its address, a header or their size is wrong";
        ProblemJson problem = ProblemJson.of(ProblemException.ofStatus(status, detail), RequestIds.next());
        return Json.MAPPER.writeValueAsBytes(problem);
    }
}
