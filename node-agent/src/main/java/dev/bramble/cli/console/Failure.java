package dev.bramble.cli.console;

import dev.bramble.model.Problem;
import java.util.List;

/** Ends a command with a sentence for the user. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;
    private final transient List<Problem> problems;

    public Failure(ExitCode code, String sentence) {
        this(code, sentence, List.of(), null);
    }

    public Failure(ExitCode code, String sentence, Throwable cause) {
        this(code, sentence, List.of(), cause);
    }

    /** @param problems each mistake, shown below the sentence */
    public Failure(ExitCode code, String sentence, List<Problem> problems, Throwable cause) {
        super(sentence, cause);
        this.code = code;
        this.problems = List.copyOf(problems);
    }

    public ExitCode code() {
        return code;
    }

    public List<Problem> problems() {
        return problems;
    }
}
