package dev.bramble.door;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.EnrolmentDesk;
import dev.bramble.trust.EnrolmentForms;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Strangers on their way in. */
final class EnrolmentRoutes {
    private final EnrolmentDesk desk;
    private final DoorLimits limits;
    private final StrangerRates rates;

    EnrolmentRoutes(EnrolmentDesk desk, DoorLimits limits) {
        this.desk = desk;
        this.limits = limits;
        this.rates = new StrangerRates(limits.strangerRequestsPerSecond(), limits.strangerBurst());
    }

    /** @throws RefusedException LIMIT, when the address asks too often */
    void admit(Exchange exchange) {
        if (!rates.allow(exchange.address(), System.nanoTime())) {
            throw new RefusedException(
                    Refusal.Kind.LIMIT,
                    "too many requests from " + exchange.address() + ": at most " + limits.strangerRequestsPerSecond()
                            + " a second; wait a moment");
        }
    }

    void begin(Exchange exchange) throws IOException {
        var begin = EnrolmentForms.readBegin(exchange.form());
        exchange.answer(201, EnrolmentForms.write(await(desk.begin(begin, exchange.address()))));
    }

    void reveal(Exchange exchange, String enrolment) throws IOException {
        byte[] nonce = EnrolmentForms.readReveal(exchange.form());
        exchange.answer(200, EnrolmentForms.write(await(desk.reveal(enrolment, nonce))));
    }

    void status(Exchange exchange, String enrolment) throws IOException {
        exchange.answer(200, EnrolmentForms.write(await(desk.status(enrolment))));
    }

    void join(Exchange exchange) throws IOException {
        var join = EnrolmentForms.readJoin(exchange.form());
        exchange.answer(200, EnrolmentForms.write(await(desk.join(join, exchange.address()))));
    }

    private <T> T await(CompletionStage<T> answer) {
        try {
            return answer.toCompletableFuture().get(limits.answer().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RefusedException refused) {
                throw refused;
            }
            throw unavailable("this node cannot ask the bramble's leader: "
                    + failed.getCause().getMessage());
        } catch (TimeoutException tooLong) {
            throw unavailable("the bramble's leader did not answer within "
                    + limits.answer().toSeconds() + " s");
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw unavailable("this door is closing");
        }
    }

    private static RefusedException unavailable(String sentence) {
        return new RefusedException(Refusal.Kind.UNAVAILABLE, sentence + "; try again, here or at another door");
    }
}
