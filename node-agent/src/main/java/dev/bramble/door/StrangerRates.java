package dev.bramble.door;

import java.util.LinkedHashMap;
import java.util.Map;

/** How often each address may ask: a bucket of tokens that fills steadily. */
final class StrangerRates {
    /** Addresses remembered: more than a network of boards has; whoever has more of them is bounded by connections. */
    private static final int ADDRESSES_MAX = 1024;

    private final double perNano;
    private final int burst;
    private final LinkedHashMap<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > ADDRESSES_MAX;
        }
    };

    private static final class Bucket {
        double tokens;
        long atNanos;
    }

    StrangerRates(int perSecond, int burst) {
        this.perNano = perSecond / 1e9;
        this.burst = burst;
    }

    synchronized boolean allow(String address, long nowNanos) {
        Bucket bucket = buckets.computeIfAbsent(address, unknown -> {
            Bucket full = new Bucket();
            full.tokens = burst;
            full.atNanos = nowNanos;
            return full;
        });
        bucket.tokens = Math.min(burst, bucket.tokens + (nowNanos - bucket.atNanos) * perNano);
        bucket.atNanos = nowNanos;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }
}
