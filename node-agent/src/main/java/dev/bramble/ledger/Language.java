package dev.bramble.ledger;

import dev.bramble.model.NodeStanding;
import dev.bramble.model.Setting;
import dev.bramble.model.TokenPurpose;

/**
 * The language of the ledger: a number for what its entries may say and do. A release that adds a kind of entry, or a
 * field, a constant or an effect to one that is there, takes the next number, since a voter that passes over what it
 * does not know has another state than the others. What is new is written only when all voters have said that they know
 * it, and {@link Command.RaiseLanguage} has told so; a copy that does not know what it meets stops there and says so.
 */
public final class Language {
    /** Jobs, files, users, tokens, and nodes that are cordoned: what releases know that do not say what they know. */
    public static final int FIRST = 1;
    /** Beside these drains, shutdowns, presences, events, votes that move, exclusive tasks and checkpoints. */
    public static final int SECOND = 2;
    /**
     * Beside these accounts, sessions, where actions came from, what people say about alerts, where boards stand, and
     * what failures cost.
     */
    public static final int THIRD = 3;
    /** Beside these cordons that the bramble lifts by itself. */
    public static final int FOURTH = 4;
    /** The newest: what this release writes. */
    public static final int OWN = FOURTH;

    private Language() {}

    /** The least language that has this command as it is. */
    public static int of(Command command) {
        return switch (command) {
            case Command.Found found -> found.language().orElse(FIRST);
            case Command.RaiseLanguage raise -> raise.language();
            case Command.SetStanding set ->
                set.standing() == NodeStanding.READY || set.standing() == NodeStanding.CORDONED ? FIRST : SECOND;
            case Command.SubmitJob submit -> submit.spec().traits().isEmpty() ? FIRST : SECOND;
            case Command.RecordOutcomes record ->
                record.outcomes().stream()
                                .allMatch(outcome -> outcome.checkpoint().isEmpty())
                        ? FIRST
                        : SECOND;
            case Command.CreateToken create ->
                create.token().purpose() == TokenPurpose.SESSION
                                || create.token().details().isPresent()
                        ? THIRD
                        : FIRST;
            // How much each copy keeps follows from it.
            case Command.ChangeSetting change ->
                change.key().startsWith(Setting.HEALTH_KEYS)
                        ? FOURTH
                        : change.key().equals(Setting.AUDIT_RECORDS_MAX.key()) ? THIRD : FIRST;
            case Command.MapCalendar map -> map.from().isEmpty() ? FIRST : SECOND;
            case Command.RecordLosses losses -> losses.workMillis().isEmpty() ? FIRST : THIRD;
            case Command.AdmitNode _,
                    Command.ForgetNode _,
                    Command.RecordBatches _,
                    Command.CancelJob _,
                    Command.RetryJob _,
                    Command.RemoveJob _,
                    Command.HoldBlob _,
                    Command.RecordCopies _,
                    Command.RevokeToken _,
                    Command.Expire _ -> FIRST;
            case Command.AdoptBoard _,
                    Command.OrderDrain _,
                    Command.StepDrain _,
                    Command.BeginMaintenance _,
                    Command.CancelDrain _,
                    Command.OrderShutdown _,
                    Command.BeginPowerOff _,
                    Command.CancelShutdown _,
                    Command.Resume _,
                    Command.LoseCheckpoint _,
                    Command.GrantExclusive _,
                    Command.ProveLeading _,
                    Command.NodeArrived _,
                    Command.NodeLost _,
                    Command.NoteEvents _,
                    Command.MoveVote _,
                    Command.EndMoveVote _,
                    Command.RecoverLedger _ -> SECOND;
            // Whoever does it, it takes what it takes.
            case Command.ByUser by -> Math.max(THIRD, of(by.command()));
            case Command.UseToken _,
                    Command.EndSessions _,
                    Command.CreateUser _,
                    Command.SetUp _,
                    Command.ChangeUser _,
                    Command.NoteAction _,
                    Command.NoteRefusals _,
                    Command.AckAlert _,
                    Command.MuteAlerts _,
                    Command.SetRacks _ -> THIRD;
            case Command.LiftCordon _ -> FOURTH;
        };
    }

    /** @throws NewerReleaseException when {@code known} is too little for some command of the entry */
    public static void require(int known, Entry entry) {
        for (Command command : entry.commands()) {
            if (of(command) > known) {
                throw new NewerReleaseException(
                        "the entry " + command.getClass().getSimpleName());
            }
        }
    }

    /** @throws NewerReleaseException when {@code known} is too little for what the snapshot may hold */
    public static void require(int known, LedgerImage image) {
        int language = image.electorate().flatMap(Electorate.Image::language).orElse(FIRST);
        if (language > known) {
            throw new NewerReleaseException("a snapshot in language " + language);
        }
    }
}
