package dev.bramble.leader;

import dev.bramble.cluster.Message;
import dev.bramble.model.AttemptId;
import dev.bramble.model.TaskId;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The last of what running attempts printed, so that something is left when their node dies. Soft, bounded. */
final class Tails {
    /** Bytes of tails kept: a share of the leader's heap. The oldest go first. */
    static final int BYTES_MAX = 8 << 20;

    /** Bytes kept of one stream of one attempt. DESIGN section 7. */
    static final int STREAM_BYTES_MAX = 64 * 1024;

    private final LinkedHashMap<AttemptId, Message.Tail> tails = new LinkedHashMap<>();
    private int bytes;

    /** Adds what is new to what is kept of the attempt. */
    void keep(Message.Tail news) {
        Message.Tail old = tails.get(news.attempt());
        forget(news.attempt());
        Message.Tail tail = old == null ? news : joined(old, news);
        tails.put(tail.attempt(), tail);
        bytes += size(tail);
        Iterator<Map.Entry<AttemptId, Message.Tail>> oldest = tails.entrySet().iterator();
        while (bytes > BYTES_MAX && oldest.hasNext()) {
            bytes -= size(oldest.next().getValue());
            oldest.remove();
        }
    }

    private static Message.Tail joined(Message.Tail old, Message.Tail news) {
        byte[] stdout = joined(old.stdoutOffset(), old.stdout(), news.stdoutOffset(), news.stdout());
        byte[] stderr = joined(old.stderrOffset(), old.stderr(), news.stderrOffset(), news.stderr());
        return new Message.Tail(
                news.attempt(),
                news.task(),
                news.stdoutOffset() + news.stdout().length - stdout.length,
                stdout,
                news.stderrOffset() + news.stderr().length - stderr.length,
                stderr);
    }

    /** The last {@link #STREAM_BYTES_MAX} of both when the news continue the old, else the news. */
    private static byte[] joined(long oldOffset, byte[] old, long offset, byte[] news) {
        if (oldOffset + old.length != offset) {
            return news;
        }
        int keep = Math.min(old.length, Math.max(0, STREAM_BYTES_MAX - news.length));
        byte[] both = Arrays.copyOfRange(old, old.length - keep, old.length + news.length);
        System.arraycopy(news, 0, both, keep, news.length);
        return both;
    }

    /** The newest tail of any attempt at {@code task}. */
    Optional<Message.Tail> of(TaskId task) {
        return tails.values().stream().filter(tail -> tail.task().equals(task)).reduce((older, newer) -> newer);
    }

    void forget(AttemptId attempt) {
        Message.Tail old = tails.remove(attempt);
        if (old != null) {
            bytes -= size(old);
        }
    }

    void clear() {
        tails.clear();
        bytes = 0;
    }

    private static int size(Message.Tail tail) {
        return tail.stdout().length + tail.stderr().length;
    }
}
