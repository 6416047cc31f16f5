package dev.bramble.dashboard.alerts;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Posts JSON to an address of the operator's choice. */
final class Webhook implements Messenger {
    /** Whoever takes longer is overloaded, and gets the next try later. */
    static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private final URI address;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            // An address that moved is for the operator to change: what is posted is not for just anybody.
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    Webhook(URI address) {
        this.address = address;
    }

    /** Without path and query: they are often the secret. */
    @Override
    public String name() {
        return "webhook at " + address.getHost();
    }

    @Override
    public void tell(Notice notice) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(ANSWER_MAX)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(notice.json()))
                .build();
        int status =
                client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status < 200 || status > 299) {
            throw new IOException("it answered " + status);
        }
    }
}
