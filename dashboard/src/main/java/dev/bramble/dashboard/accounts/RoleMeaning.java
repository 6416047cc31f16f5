package dev.bramble.dashboard.accounts;

import dev.bramble.dashboard.http.Words;
import dev.bramble.model.UserRole;
import java.util.Arrays;
import java.util.List;

/**
 * A role in words.
 *
 * @param meaning what it may do, as the end of a sentence about somebody
 */
public record RoleMeaning(String word, String meaning) {
    static RoleMeaning of(UserRole role) {
        return new RoleMeaning(
                Words.of(role),
                switch (role) {
                    case VIEWER -> "sees nodes, jobs and what happens";
                    case SUBMITTER -> "submits jobs, and does everything with their own";
                    case OPERATOR -> "does everything with all jobs and nodes";
                    case ADMIN -> "looks after accounts, tokens and settings as well";
                });
    }

    static List<RoleMeaning> all() {
        return Arrays.stream(UserRole.values()).map(RoleMeaning::of).toList();
    }

    /** To the person themselves. */
    String sentence() {
        return "That role " + meaning + ".";
    }
}
