package dev.bramble.dashboard.screen;

import dev.bramble.model.UserRole;

/** Something that a page's form does. Safe for many threads. */
public interface FormScreen {
    /** Enough for every form of text fields; files go another way. */
    int BYTES_MAX = 64 * 1024;

    /** Where the form is sent, in the form of Javalin's routes. */
    String path();

    Section section();

    UserRole needed();

    /** How long a form may be. */
    default int bytesMax() {
        return BYTES_MAX;
    }

    /** How many files may come with it at a time; a form that takes none is sent as text alone. */
    default int filesMax() {
        return 0;
    }

    /** Does it. A refusal that the form could have avoided is best shown with the form, as {@link Outcome.Again}. */
    Outcome handle(FormRequest request);

    /** What the visitor sees then. */
    sealed interface Outcome {
        /**
         * Another page, by GET, so that loading it anew does nothing twice.
         *
         * @param path on this head
         * @param notice what was done, shown there once; may be empty
         */
        record Go(String path, String notice) implements Outcome {}

        /** The page again, with what is wrong and with what was typed. */
        record Again(int status, Content content) implements Outcome {}
    }
}
