package dev.bramble.ledger.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.ratis.metrics.MetricRegistries;
import org.apache.ratis.metrics.MetricRegistryInfo;
import org.apache.ratis.metrics.RatisMetricRegistry;
import org.junit.jupiter.api.Test;

class UnmeasuredTest {
    private static final MetricRegistryInfo INFO = new MetricRegistryInfo("prefix", "application", "component", "");

    @Test
    void theEngineFindsIt() {
        assertThat(MetricRegistries.global()).isInstanceOf(Unmeasured.class);
    }

    @Test
    void countersCountAndTimersKeepNothing() {
        Unmeasured metrics = new Unmeasured();
        RatisMetricRegistry registry = metrics.create(INFO);
        assertThat(metrics.create(INFO)).isSameAs(registry);
        registry.counter("appends").inc(3);
        registry.counter("appends").dec();
        assertThat(registry.counter("appends").getCount()).isEqualTo(2);
        assertThat(registry.timer("flush").time().stop()).isZero();
        assertThat(metrics.remove(INFO)).isTrue();
        assertThat(metrics.get(INFO)).isEmpty();
    }
}
