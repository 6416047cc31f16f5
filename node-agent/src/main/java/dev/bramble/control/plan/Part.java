package dev.bramble.control.plan;

import java.time.LocalDate;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Something that is bought.
 *
 * @param machine "bramble", or "server" for the one large machine that it is compared with
 * @param when it is bought only with one of these boards or ways to power them; empty: always
 * @param fewestBoards it is for brambles of so many boards at least, and of {@code mostBoards} at most
 * @param perNode how many each board takes
 * @param perBramble how many are taken however many boards there are
 * @param oneFor one more is taken for so many boards, or a part of them; 0: none
 * @param price of one, in {@code currency}, without shipping and taxes
 * @param source where the price is from; begins with "estimate" when nobody says it, and then says how it was made
 */
public record Part(
        String name,
        String about,
        String machine,
        Set<String> when,
        int fewestBoards,
        int mostBoards,
        int perNode,
        int perBramble,
        int oneFor,
        double price,
        String currency,
        LocalDate date,
        String source) {

    static Part of(Map<String, String> row) {
        String[] boards = row.get("boards").isEmpty()
                ? new String[] {"1", String.valueOf(PlanWish.NODES_MAX)}
                : row.get("boards").split("-");
        return new Part(
                row.get("part"),
                row.get("about"),
                row.get("machine"),
                Arrays.stream(row.get("when").split(" "))
                        .filter(word -> !word.isEmpty())
                        .collect(Collectors.toUnmodifiableSet()),
                Integer.parseInt(boards[0]),
                Integer.parseInt(boards[1]),
                count(row.get("per_node")),
                count(row.get("per_bramble")),
                count(row.get("one_for")),
                Double.parseDouble(row.get("price")),
                row.get("currency"),
                LocalDate.parse(row.get("date")),
                row.get("source"));
    }

    private static int count(String text) {
        return text.isEmpty() ? 0 : Integer.parseInt(text);
    }

    /** How many {@code nodes} boards take. */
    public int quantity(int nodes) {
        if (nodes < fewestBoards || nodes > mostBoards) {
            return 0;
        }
        return perNode * nodes + perBramble + (oneFor == 0 ? 0 : Math.ceilDiv(nodes, oneFor));
    }

    /** Whether nobody was found who sells it for that. */
    public boolean isEstimate() {
        return source.startsWith("estimate");
    }
}
