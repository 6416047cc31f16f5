package dev.bramble.board;

import dev.bramble.model.PowerAct;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** The power of a board that is not there: hands every act to whoever plays the board. */
public final class SimBoardPower implements BoardPower {
    private final Consumer<PowerAct> acted;
    private Optional<String> defect = Optional.empty();

    public SimBoardPower(Consumer<PowerAct> acted) {
        this.acted = acted;
    }

    /** From now on it fails with this sentence. */
    public void breakDown(String sentence) {
        defect = Optional.of(sentence);
    }

    @Override
    public void begin(PowerAct act) throws IOException {
        if (defect.isPresent()) {
            throw new IOException(defect.get());
        }
        acted.accept(act);
    }
}
