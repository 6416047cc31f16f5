package dev.bramble.dashboard.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewJobTest {
    private static NewJob.Mistake mistake(String place, String sentence) {
        return NewJob.Mistake.of(new Problem(place, sentence));
    }

    @Test
    void mistakesStandBesideTheirLinesWithALineAroundThem() {
        List<NewJob.Mistake> mistakes = List.of(
                mistake("command", "is missing"),
                mistake("tasks (line 3, column 5)", "must be a map"),
                mistake("tasks (line 3, column 9)", "is there twice"),
                mistake("needs.cpus (line 7, column 1)", "must be a number"));
        List<NewJob.Line> listing = NewJob.listing(mistakes, "1\n2\n3\n4\n5\n6\n7\n8\n9");

        assertThat(listing.stream().map(NewJob.Line::number)).containsExactly(0, 2, 3, 4, 0, 6, 7, 8);
        assertThat(listing.get(2).mistakes()).containsExactly("Must be a map.", "Is there twice.");
        assertThat(listing.get(1).mistakes()).isEmpty();
        assertThat(mistakes.getFirst().line()).isZero();
    }

    @Test
    void lineThatTheFileDoesNotHaveIsNotShown() {
        assertThat(NewJob.listing(List.of(mistake("(line 9, column 1)", "ends early")), "1\n2"))
                .isEmpty();
    }
}
