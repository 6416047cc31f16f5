package dev.bramble.dashboard.settings;

import dev.bramble.control.Action;
import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.control.jobfile.Units;
import dev.bramble.dashboard.alerts.Alerts;
import dev.bramble.dashboard.alerts.AlertsPage;
import dev.bramble.dashboard.http.ProblemException;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.FormRequest;
import dev.bramble.dashboard.screen.FormScreen;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.Setting;
import dev.bramble.model.SizeText;
import dev.bramble.model.UserRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** What an admin may set for the whole bramble; everybody may look. */
public final class SettingsPage {
    private static final String PATH = "/settings";

    private final Alerts alerts;

    public SettingsPage(Alerts alerts) {
        this.alerts = alerts;
    }

    public Screen screen() {
        return new Screen(PATH, Section.SETTINGS, this::load);
    }

    /** Changes one. */
    public FormScreen form() {
        return new FormScreen(PATH + "/{setting}", Section.SETTINGS, UserRole.ADMIN, this::change);
    }

    private CompletionStage<Content> load(Control control, ScreenRequest request) {
        return control.read(0, views -> content(views, request.visitor(), Wrong.NONE));
    }

    private Content content(Views views, Views.Principal visitor, Wrong wrong) {
        return Content.of(
                "Settings",
                "settings/settings",
                new Shelf(
                        groups(views.settings(), wrong, AlertsPage.whyNobodyIsTold(alerts)),
                        visitor.may(UserRole.ADMIN),
                        wrong.problem()));
    }

    /** A value that could not be set; it stays in its field. */
    private record Wrong(String key, String value, String problem) {
        static final Wrong NONE = new Wrong("", "", "");
    }

    /**
     * A setting.
     *
     * @param id of its elements
     * @param shown in its field: what was typed, if that was wrong
     * @param words whether somebody changed it, and what it would be
     */
    public record SettingRow(String key, String id, String value, String shown, String meaning, String words) {
        static SettingRow of(Views.SettingView setting, Wrong wrong) {
            String otherwise = readable(setting.key(), setting.standard()) + " otherwise";
            String readable = readable(setting.key(), setting.value());
            String words = (readable.equals(setting.value()) ? "" : readable + "; ")
                    + setting.changedBy()
                            .map(by -> "set by " + by + " " + Shown.time(setting.changedMillisAgo()) + " ago; "
                                    + otherwise)
                            .orElse(setting.value().equals(setting.standard()) ? "as it comes" : otherwise);
            return new SettingRow(
                    setting.key(),
                    setting.key().replace('.', '-'),
                    setting.value(),
                    setting.key().equals(wrong.key()) ? wrong.value() : setting.value(),
                    Shown.sentence(setting.meaning()),
                    words);
        }
    }

    /** The field has a size as it is read back, to the byte; beside it stands one that people read. */
    static String readable(String key, String value) {
        boolean isSize = Setting.of(key)
                .filter(setting -> setting.unit() == Setting.Unit.BYTES)
                .isPresent();
        return isSize ? Units.sizeBytes(value).map(SizeText::rounded).orElse(value) : value;
    }

    /**
     * Settings about one thing.
     *
     * @param trouble why they are of no use now; mostly empty
     */
    public record Group(String key, String title, String trouble, List<SettingRow> settings) {}

    /** All that the page shows. */
    public record Shelf(List<Group> groups, boolean mayChange, String problem) {}

    private static List<Group> groups(List<Views.SettingView> settings, Wrong wrong, String untold) {
        Map<String, List<SettingRow>> byGroup = new LinkedHashMap<>();
        for (Views.SettingView setting : settings) {
            byGroup.computeIfAbsent(setting.key().split("\\.")[0], any -> new ArrayList<>())
                    .add(SettingRow.of(setting, wrong));
        }
        return byGroup.entrySet().stream()
                .map(group -> new Group(
                        group.getKey(),
                        title(group.getKey()),
                        group.getKey().equals("alerts") ? untold : "",
                        group.getValue()))
                .toList();
    }

    private static String title(String key) {
        return switch (key) {
            case "blobs" -> "Files";
            default -> key.substring(0, 1).toUpperCase(Locale.ROOT) + key.substring(1);
        };
    }

    private FormScreen.Outcome change(FormRequest request) {
        String key = request.request().place("setting");
        String value = request.field("value");
        try {
            Control.Done done = request.act(new Action.ChangeSetting(key, value));
            request.readAfter(done, views -> true);
            return new FormScreen.Outcome.Go(PATH, key + " is set to " + value + ".");
        } catch (ProblemException problem) {
            Wrong wrong = new Wrong(key, value, Shown.sentence(problem.getMessage()));
            return new FormScreen.Outcome.Again(
                    problem.status(), request.read(views -> content(views, request.visitor(), wrong)));
        }
    }
}
