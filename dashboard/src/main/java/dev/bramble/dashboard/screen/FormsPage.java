package dev.bramble.dashboard.screen;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which page a form stands on: the one whose address is the longest beginning of the form's. */
final class FormsPage {
    private final Set<String> pages;

    FormsPage(List<Screen> screens) {
        this.pages = screens.stream().map(screen -> nameless(screen.path())).collect(Collectors.toSet());
    }

    /** Routes may call the same place by different names. */
    private static String nameless(String path) {
        return path.replaceAll("\\{[^}]*}", "{}");
    }

    boolean isPage(String path) {
        return pages.contains(nameless(path));
    }

    /**
     * @param path of the form, in the form of Javalin's routes
     * @param asked the same as somebody asked for it
     */
    String of(String path, String asked) {
        String route = path;
        String address = asked;
        while (route.lastIndexOf('/') > 0) {
            route = route.substring(0, route.lastIndexOf('/'));
            address = address.substring(0, address.lastIndexOf('/'));
            if (isPage(route)) {
                return address;
            }
        }
        return "/";
    }
}
