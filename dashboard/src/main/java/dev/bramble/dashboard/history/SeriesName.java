package dev.bramble.dashboard.history;

import java.util.Arrays;
import java.util.Optional;

/** How a figure is asked for: {@code bramble.tasks-per-second}, {@code node.pi01.temperature-celsius}. */
sealed interface SeriesName {
    /** Of the bramble as a whole. */
    record OfBramble(BrambleFigure figure) implements SeriesName {
        @Override
        public String text() {
            return BRAMBLE + figure.word();
        }
    }

    /** @param node its name, or {@code *} for all */
    record OfNode(String node, NodeFigure figure) implements SeriesName {
        boolean isPattern() {
            return node.equals("*");
        }

        @Override
        public String text() {
            return NODE + node + "." + figure.word();
        }
    }

    String BRAMBLE = "bramble.";
    String NODE = "node.";

    String text();

    /** Empty when there is no such figure. A node's name may have dots in it, a figure's has none. */
    static Optional<SeriesName> read(String text) {
        if (text.startsWith(BRAMBLE)) {
            String word = text.substring(BRAMBLE.length());
            return Arrays.stream(BrambleFigure.values())
                    .filter(figure -> figure.word().equals(word))
                    .<SeriesName>map(OfBramble::new)
                    .findFirst();
        }
        int dot = text.lastIndexOf('.');
        if (!text.startsWith(NODE) || dot <= NODE.length()) {
            return Optional.empty();
        }
        String node = text.substring(NODE.length(), dot);
        String word = text.substring(dot + 1);
        return Arrays.stream(NodeFigure.values())
                .filter(figure -> figure.word().equals(word))
                .<SeriesName>map(figure -> new OfNode(node, figure))
                .findFirst();
    }
}
