package dev.bramble.control;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.Setting;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingTextTest {
    private static void check(Setting setting, long value) {
        SettingText.check(
                setting, value, other -> Map.of(Setting.HEALTH_HOT, 70L).getOrDefault(other, other.standard()));
    }

    @Test
    void limitsOfOneFigureStayApart() {
        assertThatThrownBy(() -> check(Setting.HEALTH_COOL, 90))
                .hasMessage("health.cool cannot be 90C: it has to be below health.hot, which is 70C");
        assertThatThrownBy(() -> check(Setting.HEALTH_COOL, 70)).hasMessageContaining("below");
        assertThatThrownBy(() -> check(Setting.HEALTH_HOT, 75))
                .hasMessage("health.hot cannot be 75C: it has to be above health.cool, which is 75C");
        assertThatThrownBy(() -> check(Setting.HEALTH_DISK_ROOM, 0))
                .hasMessage("health.disk-room cannot be 0B: it has to be above health.disk-full, which is 128M");
        assertThatThrownBy(() -> check(Setting.HEALTH_DISK_FULL, 1L << 40)).hasMessageContaining("health.disk-room");
        assertThatCode(() -> {
                    check(Setting.HEALTH_COOL, 69);
                    check(Setting.HEALTH_DISK_FULL, 0);
                    check(Setting.HEALTH_BACK_AFTER, 0);
                })
                .doesNotThrowAnyException();
    }
}
