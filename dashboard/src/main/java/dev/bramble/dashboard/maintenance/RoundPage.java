package dev.bramble.dashboard.maintenance;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.nodes.EventRow;
import dev.bramble.dashboard.nodes.NodeWords;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Part;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.EventKind;
import dev.bramble.model.NodeRole;
import dev.bramble.model.Problem;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Every board that is out or on its way out, as a list for the phone before the rack; and the order of a new round. */
public final class RoundPage {
    static final String PATH = "/maintenance";
    private static final String NEW_PATH = PATH + "/new";
    /** What happened in the rounds of an afternoon. */
    private static final int EVENTS_MAX = 15;
    /** Events that are looked through for them, so that a busy bramble's other news does not cost much. */
    private static final int EVENTS_LOOKED_AT = 500;

    private static final String TEMPLATE = "maintenance/round";
    /** What a field for a board's place in the round is called, before the board's name. */
    private static final String PLACE = "place-";

    private static final Set<EventKind> KINDS = Set.of(
            EventKind.NODE_CORDONED,
            EventKind.NODE_UNCORDONED,
            EventKind.DRAIN_ORDERED,
            EventKind.DRAIN_CANCELLED,
            EventKind.NODE_DRAINED,
            EventKind.DRAIN_EXPIRED,
            EventKind.MAINTENANCE_BEGUN,
            EventKind.MAINTENANCE_ENDED,
            EventKind.MAINTENANCE_FAILED,
            EventKind.SHUTDOWN_ORDERED,
            EventKind.SHUTDOWN_CANCELLED,
            EventKind.SHUTDOWN_DONE);

    /** Boards that are out, those first that somebody can go to now. */
    public record Out(List<Progress> boards) {
        /** In words. */
        public String headline() {
            long safe =
                    boards.stream().filter(board -> board.mood().equals("well")).count();
            if (boards.isEmpty()) {
                return "No board is out";
            }
            return boards.size() + (boards.size() == 1 ? " board is" : " boards are") + " out or on the way out, "
                    + safe + " safe to unplug";
        }
    }

    /**
     * A board that may be chosen.
     *
     * @param state its word, icon and colour
     * @param place in the round, as it was typed
     * @param why it cannot be chosen; empty when it can
     */
    public record Choice(String name, String state, String work, boolean isChosen, String place, String why) {}

    /**
     * The order of a round.
     *
     * @param trouble why it was not taken; may be empty
     */
    public record Round(List<Choice> boards, Dialog dialog, String trouble) {
        Content content() {
            return Content.of("New round", "maintenance/new", this).with("drain.js");
        }
    }

    /**
     * The page.
     *
     * @param mayOrder whether the visitor may order a round
     */
    public record Maintenance(Out out, List<EventRow> events, boolean mayOrder) {
        Content content() {
            return Content.of("Maintenance", TEMPLATE, this)
                    .live(
                            Part.list("out", TEMPLATE, "out", out, out.boards(), "card", board -> board.id()),
                            Part.of("out-headline", TEMPLATE, "headline", out.headline()),
                            Part.list(
                                    "node-events",
                                    "nodes/node",
                                    "events",
                                    events,
                                    events,
                                    "event",
                                    event -> "event-" + event.number()));
        }
    }

    private RoundPage() {}

    public static Screen screen() {
        return new Screen(PATH, Section.MAINTENANCE, RoundPage::load);
    }

    /** The form of a new round. It stands still, so that nothing is lost of what is typed. */
    public static Screen newRound() {
        return new Screen(NEW_PATH, Section.MAINTENANCE, UserRole.OPERATOR, (control, request) -> {
            Chosen none = new Chosen(List.of(), Map.of());
            return control.read(
                    0, views -> round(views, none, Ordering.blank(), "").content());
        });
    }

    /** What that form does. */
    public static FormScreen form() {
        return new FormScreen(NEW_PATH, Section.MAINTENANCE, UserRole.OPERATOR, RoundPage::order);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        return control.read(
                0,
                views -> new Maintenance(out(views, request.visitor()), events(views), request.may(UserRole.OPERATOR))
                        .content());
    }

    private static Out out(Views views, Views.Principal visitor) {
        return new Out(views.nodes().stream()
                .flatMap(node -> node.drain().stream().map(drain -> Progress.of(node, drain, visitor)))
                .sorted(Comparator.comparingInt(Progress::rank).thenComparing(Progress::name))
                .toList());
    }

    /** Names of boards, in the order of the round, and the places that were typed. */
    private record Chosen(List<String> names, Map<String, String> places) {}

    private static Round round(Views views, Chosen chosen, Dialog dialog, String trouble) {
        List<Choice> choices = views.nodes().stream()
                .filter(node -> node.role() == NodeRole.AGENT)
                .map(node -> new Choice(
                        node.name(),
                        NodeWords.state(node),
                        NodeWords.work(node),
                        chosen.names().contains(node.name()),
                        chosen.places().getOrDefault(node.name(), ""),
                        node.drain()
                                .map(drain -> "its drain was ordered by " + drain.by())
                                .orElse("")))
                .toList();
        return new Round(choices, dialog, trouble);
    }

    private static List<EventRow> events(Views views) {
        return views.events(OptionalLong.empty(), EVENTS_LOOKED_AT, Views.EventFilter.ALL).reversed().stream()
                .filter(event -> KINDS.contains(event.kind()))
                .limit(EVENTS_MAX)
                .map(EventRow::of)
                .toList();
    }

    /** Orders a round, or shows what it would do. */
    private static FormScreen.Outcome order(FormRequest request) {
        List<Problem> problems = new ArrayList<>();
        Chosen chosen = chosen(request, problems);
        List<Views.NodeView> nodes = request.read(views -> chosen.names().stream()
                .flatMap(name -> views.node(name).stream())
                .toList());
        return switch (Ordering.take(request, nodes, problems)) {
            case Ordering.Result.Show show -> again(request, show.status(), chosen, show.dialog(), "");
            case Ordering.Result.Ordered ordered ->
                new FormScreen.Outcome.Go(
                        PATH, ordered.wasThere() ? "This round had been ordered already." : "The round is ordered.");
            case Ordering.Result.Conflict conflict ->
                again(
                        request,
                        409,
                        chosen,
                        new Dialog(
                                DrainChoices.of(request),
                                Mistakes.NONE,
                                "",
                                Forecast.unknown("your order was not taken"),
                                "",
                                false),
                        "Your order was not taken: " + conflict.sentence()
                                + ". Leave these boards out, or cancel their drains first.");
        };
    }

    private static FormScreen.Outcome again(
            FormRequest request, int status, Chosen chosen, Dialog dialog, String trouble) {
        return new FormScreen.Outcome.Again(
                status,
                request.read(views -> round(views, chosen, dialog, trouble).content()));
    }

    /** The boards that were ticked, by the places that were typed, those without one last. */
    private static Chosen chosen(FormRequest request, List<Problem> problems) {
        List<String> ticked = request.all("nodes").stream().distinct().toList();
        Map<String, String> places = new HashMap<>();
        Map<String, Integer> numbers = new HashMap<>();
        for (String name : ticked) {
            String place = request.field(PLACE + name);
            places.put(name, place);
            if (place.matches("[0-9]{1,3}")) {
                numbers.put(name, Integer.parseInt(place));
            } else if (!place.isEmpty()) {
                problems.add(new Problem(
                        "nodes", "has '" + place + "' as the place of " + name + ": write a number, or nothing"));
            }
        }
        if (ticked.isEmpty()) {
            problems.add(new Problem("nodes", "is empty: tick the boards of this round"));
        }
        List<String> ordered = ticked.stream()
                .sorted(Comparator.comparingInt(name -> numbers.getOrDefault(name, Integer.MAX_VALUE)))
                .toList();
        return new Chosen(ordered, places);
    }
}
