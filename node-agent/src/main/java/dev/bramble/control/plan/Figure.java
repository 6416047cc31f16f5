package dev.bramble.control.plan;

import java.time.LocalDate;
import java.util.Map;

/**
 * A number that somebody measured, rated, paid or assumed.
 *
 * @param name what it is of and what it is: {@code pi4-4gb.gflops}
 * @param date when it was true
 * @param source who says so; begins with "estimate" when nobody does, and then says how it was made
 */
public record Figure(String name, double value, String unit, LocalDate date, String source) {
    static Figure of(Map<String, String> row) {
        return new Figure(
                row.get("name"),
                Double.parseDouble(row.get("value")),
                row.get("unit"),
                LocalDate.parse(row.get("date")),
                row.get("source"));
    }
}
