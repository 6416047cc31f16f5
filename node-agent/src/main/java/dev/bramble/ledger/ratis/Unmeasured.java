package dev.bramble.ledger.ratis;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.metrics.LongCounter;
import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.apache.ratis.metrics.Timekeeper;
import org.apache.ratis.util.TimeDuration;

/**
 * The engine's own metrics, left out: nobody here reads them, and each of the many timers on the way of an entry keeps
 * a sample in a sorted map. Counters count, since code may look at them. The engine finds this class by its name in
 * {@code META-INF/services}, and does not start without one.
 *
 * <p>Thread: any.
 */
public final class Unmeasured extends MetricRegistries {
    private static final Timekeeper.Context NO_TIME = () -> 0;

    private final Map<MetricRegistryInfo, RatisMetricRegistry> registries = new ConcurrentHashMap<>();

    /** For the engine. */
    public Unmeasured() {}

    private record Registry(MetricRegistryInfo info, Map<String, LongCounter> counters) implements RatisMetricRegistry {
        @Override
        public Timekeeper timer(String name) {
            return () -> NO_TIME;
        }

        @Override
        public LongCounter counter(String name) {
            return counters.computeIfAbsent(name, first -> new Counter(new AtomicLong()));
        }

        @Override
        public boolean remove(String name) {
            return counters.remove(name) != null;
        }

        @Override
        public <T> void gauge(String name, Supplier<Supplier<T>> value) {
            // Nobody would ask it.
        }

        @Override
        public MetricRegistryInfo getMetricRegistryInfo() {
            return info;
        }
    }

    private record Counter(AtomicLong count) implements LongCounter {
        @Override
        public void inc(long more) {
            count.addAndGet(more);
        }

        @Override
        public void dec(long less) {
            count.addAndGet(-less);
        }

        @Override
        public long getCount() {
            return count.get();
        }
    }

    @Override
    public void clear() {
        registries.clear();
    }

    @Override
    public RatisMetricRegistry create(MetricRegistryInfo info) {
        return registries.computeIfAbsent(info, first -> new Registry(first, new ConcurrentHashMap<>()));
    }

    @Override
    public boolean remove(MetricRegistryInfo info) {
        return registries.remove(info) != null;
    }

    @Override
    public Optional<RatisMetricRegistry> get(MetricRegistryInfo info) {
        return Optional.ofNullable(registries.get(info));
    }

    @Override
    public Set<MetricRegistryInfo> getMetricRegistryInfos() {
        return Set.copyOf(registries.keySet());
    }

    @Override
    public Collection<RatisMetricRegistry> getMetricRegistries() {
        return Set.copyOf(registries.values());
    }

    @Override
    public void addReporterRegistration(
            Consumer<RatisMetricRegistry> report, Consumer<RatisMetricRegistry> stopReporting) {
        // There is nothing to report.
    }

    @Override
    public void enableJmxReporter() {
        // There is nothing to report.
    }

    @Override
    public void enableConsoleReporter(TimeDuration every) {
        // There is nothing to report.
    }
}
