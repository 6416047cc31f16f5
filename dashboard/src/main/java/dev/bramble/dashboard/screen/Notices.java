package dev.bramble.dashboard.screen;

import java.util.LinkedHashMap;
import java.util.Map;

/** What a form did, told once on the page that follows. By session; soft. Safe for many threads. */
final class Notices {
    /** As many as there are sessions that may have just sent a form. */
    private static final int NOTICES_MAX = 256;

    private final Map<String, String> bySession = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > NOTICES_MAX;
        }
    };

    synchronized void put(String session, String sentence) {
        if (!sentence.isEmpty()) {
            bySession.put(session, sentence);
        }
    }

    /** Empty when there is none. */
    synchronized String take(String session) {
        String sentence = bySession.remove(session);
        return sentence == null ? "" : sentence;
    }
}
