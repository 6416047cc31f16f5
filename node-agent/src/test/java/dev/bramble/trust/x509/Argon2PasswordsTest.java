package dev.bramble.trust.x509;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Argon2PasswordsTest {
    private final Argon2Passwords passwords = new Argon2Passwords();

    @Test
    void onlyTheSamePasswordMatchesAndTheHashTellsItsCost() {
        String hash = passwords.hash(new Password("correct horse battery"));
        assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").doesNotContain("horse");
        assertThat(passwords.matches(new Password("correct horse battery"), hash))
                .isTrue();
        assertThat(passwords.matches(new Password("correct horse batterz"), hash))
                .isFalse();
        assertThat(passwords.hash(new Password("correct horse battery"))).isNotEqualTo(hash);
    }

    /** A test vector of the reference program. */
    @Test
    void hashesOfOtherProgramsAreRead() {
        String hash = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
        assertThat(passwords.matches(new Password("password"), hash)).isTrue();
        assertThat(passwords.matches(new Password("passwort"), hash)).isFalse();
    }

    @Test
    void theDecoyCostsAsMuchAsAHashAndOpensNothing() {
        assertThat(passwords.decoy()).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
        assertThat(passwords.matches(new Password(""), passwords.decoy())).isFalse();
        assertThat(new Argon2Passwords().decoy()).isNotEqualTo(passwords.decoy());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "plain",
                "$argon2id$v=19$m=999999,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2id$v=19$m=19456,t=99,p=1$c29tZXNhbHQxMjM0NTY3OA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void whatIsNoHashOfOursOpensNothingAndCostsNothing(String phc) {
        assertThat(passwords.matches(new Password("password"), phc)).isFalse();
    }
}
