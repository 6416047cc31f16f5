package dev.bramble.dashboard.plan;

import dev.bramble.control.Control;
import dev.bramble.control.plan.Catalogue;
import dev.bramble.dashboard.history.History;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** More boards, or one large machine? What is typed is in the address, so that a plan can be sent to somebody. */
public final class PlanPage {
    private final History history;

    /** @param history of this head */
    public PlanPage(History history) {
        this.history = history;
    }

    public Screen screen() {
        return new Screen("/plan", Section.PLAN, this::load);
    }

    private CompletionStage<Content> load(Control control, ScreenRequest request) {
        PlanModel.Typed typed = new PlanModel.Typed(
                request.query("nodes").orElse(""),
                request.query("board").orElse(""),
                request.query("power").orElse(""),
                request.query("kwh").orElse(""),
                Optional.ofNullable(request.query().get("rate")),
                request.query("rate-nodes").orElse(""),
                request.query("server-rate").orElse(""));
        return control.read(0, views -> {
            int up = views.summary().nodesUp();
            Optional<MeasuredWork> work = MeasuredWork.of(history.scaling(), history.throughput(), up);
            int known = views.summary().nodesKnown();
            return Content.of("Plan", "plan/plan", PlanModel.of(typed, work, known, Catalogue.shipped()))
                    .typedInto();
        });
    }
}
