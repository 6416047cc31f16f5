package dev.bramble.agent;

import dev.bramble.control.Answer;
import dev.bramble.control.Question;
import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import dev.bramble.trust.Enrolment;
import dev.bramble.trust.EnrolmentDesk;
import dev.bramble.trust.EnrolmentForms;
import dev.bramble.trust.Form;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Takes strangers at this node's door to the leader, wherever it is. */
final class LeaderDesk implements EnrolmentDesk {
    private final Function<Question, CompletionStage<Answer>> ask;

    LeaderDesk(Function<Question, CompletionStage<Answer>> ask) {
        this.ask = ask;
    }

    @Override
    public CompletionStage<Enrolment.Begun> begin(Enrolment.Begin begin, String address) {
        return ask.apply(new Question.EnrolBegin(EnrolmentForms.write(begin).encode(), address))
                .thenApply(answer -> EnrolmentForms.readBegun(form(answer)));
    }

    @Override
    public CompletionStage<Enrolment.Status> reveal(String enrolment, byte[] nonce) {
        return ask.apply(new Question.EnrolReveal(enrolment, nonce))
                .thenApply(answer -> EnrolmentForms.readStatus(form(answer)));
    }

    @Override
    public CompletionStage<Enrolment.Status> status(String enrolment) {
        return ask.apply(new Question.EnrolStatus(enrolment))
                .thenApply(answer -> EnrolmentForms.readStatus(form(answer)));
    }

    @Override
    public CompletionStage<Enrolment.Admission> join(Enrolment.Join join, String address) {
        return ask.apply(new Question.EnrolJoin(EnrolmentForms.write(join).encode(), address))
                .thenApply(answer -> EnrolmentForms.readAdmission(form(answer)));
    }

    private static Form form(Answer answer) {
        if (answer instanceof Answer.EnrolForm form) {
            return Form.parse(form.form());
        }
        if (answer instanceof Answer.Refused refused) {
            throw new RefusedException(refused.refusal());
        }
        throw new RefusedException(Refusal.Kind.UNAVAILABLE, "the leader gave another answer than was asked for");
    }
}
