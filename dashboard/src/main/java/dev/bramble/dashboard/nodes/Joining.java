package dev.bramble.dashboard.nodes;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Words;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.model.UserRole;
import java.util.List;

/**
 * Boards that wait to be let in.
 *
 * @param count how many; a visitor who may not admit them sees no more than that
 * @param mayAdmit whether the visitor may let them in
 */
public record Joining(int count, boolean mayAdmit, List<Board> boards) {
    /**
     * @param code six digits in two groups, as people read them aloud
     * @param left how long it goes on asking
     */
    public record Board(
            String enrolment, String code, String name, String role, String serial, String address, String left) {
        static Board of(Views.EnrolmentView board) {
            String code = board.code();
            return new Board(
                    board.enrolment(),
                    code.length() == 6 ? code.substring(0, 3) + " " + code.substring(3) : code,
                    board.name(),
                    Words.of(board.role()),
                    board.boardSerial().isEmpty() ? "no serial number" : "serial " + board.boardSerial(),
                    board.address(),
                    Shown.time(board.secondsLeft() * 1_000));
        }
    }

    static Joining of(List<Views.EnrolmentView> waiting, Views.Principal visitor) {
        boolean mayAdmit = visitor.may(UserRole.OPERATOR);
        return new Joining(
                waiting.size(),
                mayAdmit,
                mayAdmit ? waiting.stream().map(Board::of).toList() : List.of());
    }

    /** In words. */
    public String headline() {
        return count == 0
                ? "No board waits to join"
                : count == 1 ? "1 board waits to join" : Shown.count(count) + " boards wait to join";
    }
}
