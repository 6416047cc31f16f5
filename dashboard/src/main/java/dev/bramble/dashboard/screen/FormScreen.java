package dev.bramble.dashboard.screen;

import dev.bramble.model.UserRole;
import java.util.function.Function;

/**
 * Something that a page's form does.
 *
 * @param path where the form is sent, in the form of Javalin's routes
 * @param section which entry of the navigation is marked when the form is shown again
 * @param needed who may send it
 * @param bytesMax how long its fields may be
 * @param filesMax how many files may come with it at a time; one that takes none is sent as text alone
 * @param does the thing, on the request's own thread; a refusal that the form could have avoided is best shown with the
 *     form, as {@link Outcome.Again}. Safe for many threads
 */
public record FormScreen(
        String path,
        Section section,
        UserRole needed,
        int bytesMax,
        int filesMax,
        Function<FormRequest, FormScreen.Outcome> does) {
    /** Enough for every form of text fields; files go another way. */
    private static final int BYTES_MAX = 64 * 1024;

    /** A form of text fields. */
    public FormScreen(String path, Section section, UserRole needed, Function<FormRequest, Outcome> does) {
        this(path, section, needed, BYTES_MAX, 0, does);
    }

    /** The same with room for longer fields, or for less. */
    public FormScreen withBytesMax(int bytes) {
        return new FormScreen(path, section, needed, bytes, filesMax, does);
    }

    /** The same for files beside the fields. */
    public FormScreen withFilesMax(int files) {
        return new FormScreen(path, section, needed, bytesMax, files, does);
    }

    /** What the visitor sees then. */
    public sealed interface Outcome {
        /**
         * Another page, by GET, so that loading it anew does nothing twice.
         *
         * @param path on this head
         * @param notice what was done, shown there once; may be empty
         * @param secret shown with it, this once; mostly empty
         */
        record Go(String path, String notice, String secret) implements Outcome {
            public Go(String path, String notice) {
                this(path, notice, "");
            }
        }

        /** The page again, with what is wrong and with what was typed. */
        record Again(int status, Content content) implements Outcome {}
    }
}
