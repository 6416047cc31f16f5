package dev.bramble.dashboard.screen;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a form did, told once on the page that follows. By session; soft. Safe for many threads. */
final class Notices {
    /** As many as there are sessions that may have just sent a form. */
    private static final int NOTICES_MAX = 256;

    /** @param secret to be copied by who sees it; mostly empty */
    record Notice(String sentence, String secret) {
        static final Notice NONE = new Notice("", "");
    }

    private final Map<String, Notice> bySession = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Notice> eldest) {
            return size() > NOTICES_MAX;
        }
    };

    synchronized void put(String session, Notice notice) {
        if (!notice.sentence().isEmpty()) {
            bySession.put(session, notice);
        }
    }

    synchronized Notice take(String session) {
        Notice notice = bySession.remove(session);
        return notice == null ? Notice.NONE : notice;
    }
}
