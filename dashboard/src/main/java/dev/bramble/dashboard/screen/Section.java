package dev.bramble.dashboard.screen;

import dev.bramble.model.UserRole;
import java.util.Arrays;
import java.util.List;

/** The places that the navigation leads to, in its order. */
public enum Section {
    OVERVIEW("/", "Overview", UserRole.VIEWER, true),
    NODES("/nodes", "Nodes", UserRole.VIEWER, true),
    TOPOLOGY("/topology", "Topology", UserRole.VIEWER, true),
    JOBS("/jobs", "Jobs", UserRole.VIEWER, true),
    MAINTENANCE("/maintenance", "Maintenance", UserRole.VIEWER, false),
    FAILURES("/failures", "Failures", UserRole.VIEWER, false),
    EVENTS("/events", "Events", UserRole.VIEWER, false),
    ALERTS("/alerts", "Alerts", UserRole.VIEWER, false),
    AUDIT("/audit", "Audit", UserRole.ADMIN, false),
    PLAN("/plan", "Plan", UserRole.VIEWER, false),
    SETTINGS("/settings", "Settings", UserRole.VIEWER, false),
    /** Pages that no entry leads to: a person's own account, for instance. */
    ELSEWHERE("", "", UserRole.VIEWER, false);

    private final String path;
    private final String label;
    private final UserRole needed;
    private final boolean first;

    Section(String path, String label, UserRole needed, boolean first) {
        this.path = path;
        this.label = label;
        this.needed = needed;
        this.first = first;
    }

    public String path() {
        return path;
    }

    public String label() {
        return label;
    }

    /** Also the name of its icon. */
    public String word() {
        return label.toLowerCase(java.util.Locale.ROOT);
    }

    /** Whether it is within a thumb's reach on a phone; the others are behind "more". */
    public boolean isFirst() {
        return first;
    }

    /** Those that somebody with this role may see. */
    static List<Section> of(UserRole role) {
        return Arrays.stream(values())
                .filter(section -> section != ELSEWHERE && role.includes(section.needed))
                .toList();
    }
}
