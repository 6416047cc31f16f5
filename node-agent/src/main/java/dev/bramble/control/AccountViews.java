package dev.bramble.control;

import dev.bramble.ledger.Accounts;
import dev.bramble.ledger.AuditRecord;
import dev.bramble.ledger.AuditTrail;
import dev.bramble.ledger.LedgerState;
import dev.bramble.ledger.Origin;
import dev.bramble.ledger.Replica;
import dev.bramble.ledger.Settings;
import dev.bramble.ledger.TokenRecord;
import dev.bramble.ledger.TokenUse;
import dev.bramble.ledger.UserRecord;
import dev.bramble.model.Setting;
import dev.bramble.model.TokenPurpose;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** What a head shows of users, tokens, settings and the audit trail; part of {@link HeadViews}. */
final class AccountViews {
    private final Replica replica;
    private final Supplier<Moment> clock;

    /** @param clock bramble time, as far as this head knows */
    AccountViews(Replica replica, Supplier<Moment> clock) {
        this.replica = replica;
        this.clock = clock;
    }

    private LedgerState state() {
        return replica.state();
    }

    private Accounts accounts() {
        return state().accounts();
    }

    List<Views.SettingView> settings() {
        Moment now = clock.get();
        Settings settings = state().settings();
        return Arrays.stream(Setting.values())
                .map(setting -> new Views.SettingView(
                        setting.key(),
                        SettingText.written(setting, settings.get(setting)),
                        SettingText.written(setting, setting.standard()),
                        setting.meaning(),
                        settings.change(setting).map(Settings.Change::by),
                        settings.change(setting)
                                .map(change -> now.since(change.at()).toMillis())
                                .orElse(-1L)))
                .toList();
    }

    List<Views.TokenView> tokens() {
        Moment now = clock.get();
        return accounts().tokens().values().stream()
                .filter(token -> accounts().end(token).map(now::isBefore).orElse(true))
                .map(token -> view(token, now))
                .toList();
    }

    private Views.TokenView view(TokenRecord token, Moment now) {
        Optional<TokenUse> use = accounts().use(token.id());
        return new Views.TokenView(
                token.id(),
                token.purpose(),
                token.user(),
                token.role(),
                token.expires().map(end -> end.since(now).toMillis()),
                token.by(),
                now.since(token.createdAt()).toMillis(),
                token.ownJobsOnly(),
                token.details().map(TokenRecord.Details::note).orElse(""),
                token.details().map(TokenRecord.Details::from).orElse(""),
                use.map(last -> now.since(last.at()).toMillis()),
                use.map(TokenUse::address).orElse(""));
    }

    List<Views.UserView> users() {
        List<Views.TokenView> tokens = tokens();
        return accounts().users().values().stream()
                .map(user -> view(user, tokens))
                .toList();
    }

    Optional<Views.UserView> user(String name) {
        return accounts().user(name).map(user -> view(user, tokens()));
    }

    private Views.UserView view(UserRecord user, List<Views.TokenView> all) {
        Moment now = clock.get();
        List<Views.TokenView> own =
                all.stream().filter(token -> token.user().equals(user.name())).toList();
        return new Views.UserView(
                user.name(),
                user.role(),
                user.disabled(),
                user.by(),
                now.since(user.createdAt()).toMillis(),
                user.changedBy(),
                now.since(user.changedAt()).toMillis(),
                count(own, TokenPurpose.SESSION),
                count(own, TokenPurpose.API),
                own.stream()
                        .flatMap(token -> token
                                .lastUsedMillisAgo()
                                .or(() -> token.purpose() == TokenPurpose.SESSION
                                        ? Optional.of(token.createdMillisAgo())
                                        : Optional.empty())
                                .stream())
                        .min(Long::compare));
    }

    private static int count(List<Views.TokenView> tokens, TokenPurpose purpose) {
        return (int) tokens.stream().filter(token -> token.purpose() == purpose).count();
    }

    Views.AuditPage audit(long before, int limit, Views.AuditFilter filter) {
        AuditTrail trail = state().auditTrail();
        Moment now = clock.get();
        List<Views.AuditView> page = new ArrayList<>();
        long next = 0;
        for (AuditTrail.Numbered each : trail.newestFirst(before)) {
            if (!isWanted(each.record(), filter)) {
                continue;
            }
            if (page.size() == limit) {
                next = page.getLast().number();
                break;
            }
            page.add(view(each, now));
        }
        return new Views.AuditPage(page, next, trail.dropped(), trail.last());
    }

    private static boolean isWanted(AuditRecord record, Views.AuditFilter filter) {
        Optional<Origin> origin = record.details().map(AuditRecord.Details::origin);
        boolean isRefused =
                record.details().filter(details -> details.refused() > 0).isPresent();
        return filter.user().map(record.by()::equals).orElse(true)
                && filter.action()
                        .map(action -> origin.map(Origin::action)
                                .filter(action::equals)
                                .isPresent())
                        .orElse(true)
                && filter.refused().map(wanted -> wanted == isRefused).orElse(true)
                && filter.text().map(text -> contains(record, origin, text)).orElse(true);
    }

    private static boolean contains(AuditRecord record, Optional<Origin> origin, String text) {
        String all = record.by() + " " + record.what()
                + origin.map(from -> " " + from.action() + " " + from.object() + " " + from.address() + " "
                                + from.head() + " " + from.credential())
                        .orElse("");
        return all.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT));
    }

    private Views.AuditView view(AuditTrail.Numbered each, Moment now) {
        AuditRecord record = each.record();
        Optional<Origin> origin = record.details().map(AuditRecord.Details::origin);
        return new Views.AuditView(
                each.number(),
                now.since(record.at()).toMillis(),
                state().calendar().at(record.at()),
                record.by(),
                record.what(),
                origin.map(Origin::credential).orElse(""),
                origin.map(Origin::head).orElse(""),
                origin.map(Origin::address).orElse(""),
                origin.map(Origin::action).orElse(""),
                origin.map(Origin::object).orElse(""),
                record.details().map(AuditRecord.Details::refused).orElse(0));
    }
}
