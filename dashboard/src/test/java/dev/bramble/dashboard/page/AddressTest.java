package dev.bramble.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AddressTest {
    @Test
    void whatSaysNothingIsLeftOut() {
        assertThat(new Address("/jobs")
                        .with("owner", "")
                        .with("before", 0, 0)
                        .with("attention", false)
                        .toString())
                .isEqualTo("/jobs");
    }

    @Test
    void fieldsFollowInTheirOrder() {
        assertThat(new Address("/jobs")
                        .with("owner", "ada")
                        .with("before", 7, 0)
                        .with("attention", true)
                        .toString())
                .isEqualTo("/jobs?owner=ada&before=7&attention=1");
    }

    @Test
    void whatSomebodyTypedCannotAddAFieldOrAnAddress() {
        assertThat(new Address("/nodes").with("q", "a&b=c #d/é").toString())
                .isEqualTo("/nodes?q=a%26b%3Dc+%23d%2F%C3%A9");
    }
}
