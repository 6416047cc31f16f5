package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Address;
import dev.bramble.dashboard.page.Choice;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.model.BoardHealth;
import dev.bramble.model.NodeStanding;
import dev.bramble.model.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Which nodes the list shows, and in which order. Pure.
 *
 * @param search part of a name, in lower case; empty for all
 */
public record NodeChoice(Show show, Sort sort, String search) {
    /** Any name is shorter. */
    private static final int SEARCH_CHARS_MAX = 64;

    /** Which of them. */
    public enum Show {
        ALL("all", node -> true),
        UP("up", node -> node.link() == Views.Link.UP),
        DOWN("down", node -> node.link() != Views.Link.UP),
        TAKEN_OUT("taken out", node -> node.standing() != NodeStanding.READY),
        NEEDS_ATTENTION("need attention", Show::needsAttention);

        private final String label;
        private final Predicate<Views.NodeView> shows;

        Show(String label, Predicate<Views.NodeView> shows) {
            this.label = label;
            this.shows = shows;
        }

        private static boolean needsAttention(Views.NodeView node) {
            boolean isAway = node.link() != Views.Link.UP
                    && node.standing() != NodeStanding.DRAINED
                    && node.standing() != NodeStanding.MAINTENANCE;
            boolean isStuck = node.standing() == NodeStanding.EXPIRED || node.standing() == NodeStanding.QUARANTINED;
            return isAway || isStuck || !NodeWords.flags(node).isEmpty();
        }
    }

    /** In which order; equal ones by name, unknown ones last. */
    public enum Sort {
        NAME("name", Comparator.comparing(Views.NodeView::name)),
        STATE(
                "state",
                Comparator.comparing(Views.NodeView::link)
                        .reversed()
                        .thenComparing(
                                Comparator.comparing(Views.NodeView::standing).reversed())),
        TEMPERATURE("hottest first", highest(BoardHealth::temperatureCelsius)),
        LOAD("highest load first", highest(BoardHealth::load1)),
        MEMORY("least memory free first", lowest(BoardHealth::memoryFreeBytes)),
        DISK("least disk free first", lowest(BoardHealth::diskFreeBytes)),
        TASKS(
                "most tasks first",
                Comparator.comparingInt(Views.NodeView::heldTasks).reversed());

        private final String label;
        private final Comparator<Views.NodeView> order;

        Sort(String label, Comparator<Views.NodeView> order) {
            this.label = label;
            this.order = order;
        }

        private static Comparator<Views.NodeView> highest(Function<BoardHealth, Reading> which) {
            return Comparator.comparingDouble(node -> -value(node, which, Double.NEGATIVE_INFINITY));
        }

        private static Comparator<Views.NodeView> lowest(Function<BoardHealth, Reading> which) {
            return Comparator.comparingDouble(node -> value(node, which, Double.POSITIVE_INFINITY));
        }

        private static double value(Views.NodeView node, Function<BoardHealth, Reading> which, double unknown) {
            return node.health()
                    .map(which)
                    .filter(Reading::isKnown)
                    .map(Reading::value)
                    .orElse(unknown);
        }
    }

    /** What does not fit falls back to all, by name: people edit addresses. */
    static NodeChoice of(ScreenRequest request) {
        String search = request.query("q").orElse("").strip().toLowerCase(Locale.ROOT);
        return new NodeChoice(
                request.query("show")
                        .flatMap(word -> Words.read(Show.class, word))
                        .orElse(Show.ALL),
                request.query("sort")
                        .flatMap(word -> Words.read(Sort.class, word))
                        .orElse(Sort.NAME),
                search.substring(0, Math.min(SEARCH_CHARS_MAX, search.length())));
    }

    List<Views.NodeView> of(List<Views.NodeView> nodes) {
        return nodes.stream()
                .filter(show.shows)
                .filter(this::isFound)
                .sorted(sort.order.thenComparing(Views.NodeView::name))
                .toList();
    }

    private boolean isFound(Views.NodeView node) {
        return node.name().toLowerCase(Locale.ROOT).contains(search)
                || node.capacity().stream()
                        .flatMap(capacity -> capacity.labels().entrySet().stream())
                        .anyMatch(label -> (label.getKey() + "=" + label.getValue())
                                .toLowerCase(Locale.ROOT)
                                .contains(search));
    }

    /** With how many nodes each shows. */
    List<Choice> shows(List<Views.NodeView> nodes) {
        List<Choice> links = new ArrayList<>();
        for (Show each : Show.values()) {
            long count = nodes.stream().filter(each.shows).filter(this::isFound).count();
            links.add(new Choice(
                    "show-" + Words.of(each),
                    each.label + " " + count,
                    new NodeChoice(each, sort, search).url(),
                    each == show));
        }
        return links;
    }

    List<Choice> sorts() {
        List<Choice> links = new ArrayList<>();
        for (Sort each : Sort.values()) {
            links.add(new Choice(Words.of(each), each.label, new NodeChoice(show, each, search).url(), each == sort));
        }
        return links;
    }

    private String url() {
        return new Address("/nodes")
                .with("show", show == Show.ALL ? "" : Words.of(show))
                .with("sort", sort == Sort.NAME ? "" : Words.of(sort))
                .with("q", search)
                .toString();
    }

    public String showWord() {
        return Words.of(show);
    }
}
