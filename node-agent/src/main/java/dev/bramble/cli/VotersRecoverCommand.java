package dev.bramble.cli;

import dev.bramble.cli.console.CleanText;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import dev.bramble.codec.CborCodec;
import dev.bramble.ledger.Command.RecoverLedger;
import dev.bramble.ledger.Entry;
import dev.bramble.ledger.Ledger;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.ratis.LedgerRecovery;
import dev.bramble.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Works on a folder, without any bramble: there is none that could answer. */
@Command(
        name = "recover",
        description = {
            "Let the ledger go on from this board's copy alone, when most voters are gone for good.",
            "Run it on one voter's board, with its agent stopped. It says what it will do and asks first."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  sudo bramble voters recover /var/lib/bramble", "  bramble voters recover ./node2 --yes"})
final class VotersRecoverCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "FOLDER",
            description = "The agent's folder (dir: in its configuration), or the folder 'ledger' in it.")
    private Path folder;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    private final TopCommand top;

    VotersRecoverCommand(TopCommand top) {
        this.top = top;
    }

    @Override
    public Integer call() {
        Path inside = folder.resolve("ledger");
        Path path = Files.exists(inside) || Files.exists(folder.resolve("ledger-recovering")) ? inside : folder;
        try (LedgerRecovery recovery = LedgerRecovery.open(path)) {
            explain(recovery);
            if (!yes && !Questions.confirms(top, "Are they gone for good, and is the ledger to go on from here?")) {
                top.out().line("nothing was changed");
                return ExitCode.DONE.number();
            }
            Path aside = recovery.recover(new StateCopy(recovery.node(), others(recovery)));
            top.out()
                    .line(CleanText.line(recovery.node() + " is the only voter now; the old copy is kept in " + aside));
            top.out().line("start its agent: it leads alone, and makes other nodes voters by itself");
            return ExitCode.DONE.number();
        } catch (IOException refused) {
            throw new Failure(ExitCode.CONFLICT, CleanText.line(String.valueOf(refused.getMessage())), refused);
        }
    }

    private void explain(LedgerRecovery recovery) {
        top.err()
                .line(CleanText.line("The ledger will go on from the copy of " + recovery.node() + ", up to its entry "
                        + recovery.lastIndex() + ", with this one voter."));
        top.err()
                .line("Taken for gone for good: " + CleanText.line(others(recovery)) + ". What only they had flushed is"
                        + " lost: jobs accepted and outcomes recorded in their last moments.");
        top.err()
                .line("Should one of them return, its copy is set aside and it is an ordinary node. Until it meets this"
                        + " one, a majority of them would go on by itself: do not start them elsewhere.");
        top.err().line("Do this on one board only. Nothing is deleted: the old copy is renamed.");
    }

    private static String others(LedgerRecovery recovery) {
        return recovery.voters().stream()
                .map(Ledger.Peer::node)
                .filter(node -> !node.equals(recovery.node()))
                .map(NodeId::value)
                .collect(Collectors.joining(", "));
    }

    /** Applies what the copy has as a voter would. */
    private static final class StateCopy implements LedgerRecovery.Copy {
        private final CborCodec codec = new CborCodec();
        private final NodeId node;
        private final String others;
        private LedgerState state = new LedgerState();

        StateCopy(NodeId node, String others) {
            this.node = node;
            this.others = others;
        }

        @Override
        public void restore(long index, long term, byte[] snapshot) {
            state = LedgerState.of(codec.decodeImage(snapshot));
        }

        @Override
        public void apply(long index, long term, byte[] entry) {
            state.apply(codec.decodeEntry(entry));
        }

        @Override
        public byte[] recovered(String course) {
            String why = "the ledger goes on from the copy of " + node + " alone: " + others
                    + " were declared gone for good";
            state.apply(
                    new Entry(state.now(), List.of(new RecoverLedger(course, node, why, "voters recover on " + node))));
            return codec.encodeImage(state.image());
        }
    }
}
