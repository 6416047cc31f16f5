package dev.bramble.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class LocateTest {
    @AutoClose
    private final RunningDashboard dashboard = new RunningDashboard();

    @Test
    void boardThatIsLookedForSaysSoWhereverItShows() {
        Visitor olga = dashboard.visitor("olga");
        assertThat(olga.post("/nodes/pi02/locate", "").status()).isEqualTo(303);

        assertThat(olga.get("/nodes/pi02").text()).contains("being located, 5 min left (olga)", "Found it");
        assertThat(olga.get("/nodes").text()).contains("being located, 5 min left (olga)");
        assertThat(olga.get("/topology?board=pi02").text()).contains("5 min left (olga)", "Found it");

        assertThat(olga.post("/nodes/pi02/found", "back=topology").location()).isEqualTo("/topology?board=pi02#board");
        assertThat(olga.get("/nodes/pi02").text()).doesNotContain("being located");
    }

    @Test
    void whoOnlyLooksHasNoSuchButton() {
        Visitor vera = dashboard.visitor("vera");

        assertThat(vera.get("/nodes/pi02").html()).doesNotContain("id=\"locate\"");
        assertThat(vera.post("/nodes/pi02/locate", "").status()).isEqualTo(403);
    }

    @Test
    void lengthHasALimit() {
        assertThat(dashboard
                        .json("PUT", "olga", "/nodes/pi01/locate", "{\"seconds\": 3601}")
                        .status())
                .isEqualTo(422);
        assertThat(dashboard.json("PUT", "olga", "/nodes/pi01/locate", "{}").status())
                .isEqualTo(204);
        assertThat(dashboard
                        .get("vera", "/nodes/pi01")
                        .json()
                        .get("located")
                        .get("leftMillis")
                        .asLong())
                .isEqualTo(300_000);
    }
}
