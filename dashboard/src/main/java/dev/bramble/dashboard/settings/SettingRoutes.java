package dev.bramble.dashboard.settings;

import dev.bramble.control.Action;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.ApiRequest;
import dev.bramble.dashboard.http.Fields;
import dev.bramble.dashboard.http.Page;
import dev.bramble.dashboard.http.Route;
import dev.bramble.model.UserRole;
import java.util.List;

/** The operations about settings. */
public final class SettingRoutes {
    private static final int VALUE_CHARS_MAX = 64;

    private SettingRoutes() {}

    public static List<Route> routes() {
        return List.of(
                Route.get("/settings", UserRole.VIEWER, SettingRoutes::list, Page.LIMIT, Page.CURSOR),
                Route.put("/settings/{setting}", UserRole.ADMIN, SettingRoutes::change));
    }

    private record SettingJson(
            String key, String value, String standard, String meaning, String changedBy, Long changedMillisAgo) {
        static SettingJson of(Views.SettingView setting) {
            return new SettingJson(
                    setting.key(),
                    setting.value(),
                    setting.standard(),
                    setting.meaning(),
                    setting.changedBy().orElse(null),
                    setting.changedBy().map(by -> setting.changedMillisAgo()).orElse(null));
        }
    }

    private static void list(ApiRequest request) {
        request.list(Views::settings, Views.SettingView::key, SettingJson::of);
    }

    private static void change(ApiRequest request) {
        Fields body = request.fields();
        String value = body.requiredText("value", VALUE_CHARS_MAX);
        body.check();
        request.write(new Action.ChangeSetting(request.context().pathParam("setting"), value));
    }
}
