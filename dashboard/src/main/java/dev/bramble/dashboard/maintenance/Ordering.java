package dev.bramble.dashboard.maintenance;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.http.Waiting;
import dev.bramble.dashboard.nodes.SecondOrder;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.model.DrainSpec;
import dev.bramble.model.NodeId;
import dev.bramble.model.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The way from a form to a drain: mistakes first, then what it would do, then the order. What costs somebody something
 * is ordered only by who was shown that. For the request's own thread.
 */
final class Ordering {
    private static final String PREVIEW = "preview";
    private static final String COSTS = "/costs";
    private static final String NOBODY = "choose boards first";

    private Ordering() {}

    /** What came of it. */
    sealed interface Result {
        /** @param status of the answer; 200 when nothing is wrong, and it was asked for, or must be confirmed */
        record Show(int status, Dialog dialog) implements Result {}

        /** @param wasThere whether it had been ordered before with the same words */
        record Ordered(boolean wasThere) implements Result {}

        /** Others have ordered something else. */
        record Conflict(String sentence) implements Result {}
    }

    /** The form before anything was typed, with what it would do as it stands. */
    static CompletionStage<Dialog> blank(Control control, List<Views.NodeView> nodes) {
        DrainSpec spec = DrainChoices.standard().read(new ArrayList<>());
        return forecast(control, nodes, spec)
                .thenApply(forecast -> new Dialog(
                        DrainChoices.standard(), Mistakes.NONE, "", forecast, seen(spec, nodes, forecast), false));
    }

    /** The same while no board is chosen. */
    static Dialog blank() {
        return new Dialog(DrainChoices.standard(), Mistakes.NONE, "", Forecast.unknown(NOBODY), "", false);
    }

    /** @param problems mistakes that were found before, in the choice of the nodes */
    static Result take(FormRequest request, List<Views.NodeView> nodes, List<Problem> problems) {
        DrainChoices choices = DrainChoices.of(request);
        boolean isPreview = request.field("do").equals(PREVIEW);
        DrainSpec spec = choices.read(problems);
        if (!isPreview) {
            choices.checkReason(problems);
        }
        Mistakes mistakes = Mistakes.of(problems);
        if (!isPreview && mistakes.isEmpty()) {
            List<String> conflicts = SecondOrder.conflicts(nodes, spec, choices.reason());
            if (!conflicts.isEmpty()) {
                return new Result.Conflict(String.join("; ", conflicts));
            }
            if (SecondOrder.isSame(nodes, spec, choices.reason())) {
                return new Result.Ordered(true);
            }
        }
        Forecast forecast =
                nodes.isEmpty() ? Forecast.unknown(NOBODY) : request.await(forecast(request.control(), nodes, spec));
        Dialog dialog = new Dialog(choices, mistakes, "", forecast, seen(spec, nodes, forecast), false);
        if (!mistakes.isEmpty()) {
            return new Result.Show(422, dialog);
        }
        if (isPreview) {
            return new Result.Show(200, dialog);
        }
        if (forecast.isRefused()) {
            return new Result.Show(409, troubled(dialog, "Nothing was ordered: it would be refused."));
        }
        if (forecast.isCostly() && !request.field("seen").equals(dialog.seen())) {
            return new Result.Show(200, new Dialog(choices, mistakes, "", forecast, dialog.seen(), true));
        }
        return order(request, nodes, spec, dialog);
    }

    private static Result order(FormRequest request, List<Views.NodeView> nodes, DrainSpec spec, Dialog dialog) {
        List<NodeId> ids = nodes.stream().map(Views.NodeView::node).toList();
        try {
            request.act(new Action.OrderDrain(ids, spec, dialog.choices().reason()));
            return new Result.Ordered(false);
        } catch (ProblemException refused) {
            return new Result.Show(
                    refused.status(), troubled(dialog, "Nothing was ordered: " + Shown.sentence(refused.getMessage())));
        }
    }

    private static Dialog troubled(Dialog dialog, String trouble) {
        return new Dialog(dialog.choices(), dialog.mistakes(), trouble, dialog.forecast(), dialog.seen(), false);
    }

    /** A refusal is an answer, too. */
    private static CompletionStage<Forecast> forecast(Control control, List<Views.NodeView> nodes, DrainSpec spec) {
        return control.previewDrain(nodes.stream().map(Views.NodeView::node).toList(), spec)
                .thenApply(Forecast::of)
                .exceptionally(failure -> Forecast.unknown(Waiting.refusal(failure)));
    }

    /** What somebody who orders it must have been shown: the same nodes and choices, and that it costs something. */
    private static String seen(DrainSpec spec, List<Views.NodeView> nodes, Forecast forecast) {
        String ids =
                String.join(",", nodes.stream().map(node -> node.node().value()).toList());
        return ids + "/" + DrainChoices.written(spec) + (forecast.isCostly() ? COSTS : "");
    }
}
