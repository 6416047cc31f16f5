package dev.bramble.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FormTest {
    private static Form parse(String text) {
        return Form.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(byte[] bytes, String sentence) {
        assertThatThrownBy(() -> Form.parse(bytes))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.refusal().kind()).isEqualTo(Refusal.Kind.INVALID))
                .hasMessageContaining(sentence);
    }

    @Test
    void whatIsWrittenIsRead() {
        byte[] bytes = {0, -1, 10, 61};
        Form form = Form.parse(new Form()
                .put("a", "x=y ü")
                .put("b", bytes)
                .put("c", List.of(bytes, new byte[0]))
                .put("n", "-7")
                .encode());
        assertThat(form.text("a")).isEqualTo("x=y ü");
        assertThat(form.bytes("b")).isEqualTo(bytes);
        assertThat(form.bytesList("c").getFirst()).isEqualTo(bytes);
        assertThat(form.number("n")).isEqualTo(-7);
        assertThat(form.find("z")).isEmpty();
    }

    @Test
    void aValueCannotSmuggleALine() {
        Form form = Form.parse(
                new Form().put("reason", "no\nstate=admitted\r\u0000").encode());
        assertThat(form.text("reason")).isEqualTo("no state=admitted  ");
        assertThat(form.find("state")).isEmpty();
    }

    @Test
    void whatIsNoFormIsRefused() {
        assertRefused("hello".getBytes(StandardCharsets.UTF_8), "line 1 of the form is not key=value");
        assertRefused("a=1\nB=2\n".getBytes(StandardCharsets.UTF_8), "line 2 of the form is not key=value");
        assertRefused("a=1\r\n".getBytes(StandardCharsets.UTF_8), "not key=value");
        assertRefused("a=1\na=2\n".getBytes(StandardCharsets.UTF_8), "'a' twice");
        assertRefused(new byte[] {'a', '=', (byte) 0xff}, "not text");
        assertRefused(new byte[Form.BYTES_MAX + 1], "at most");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i <= Form.LINES_MAX; i++) {
            many.append("k").append(i).append("=\n");
        }
        assertRefused(many.toString().getBytes(StandardCharsets.UTF_8), "at most " + Form.LINES_MAX + " lines");
    }

    @Test
    void anyBytesAreAFormOrARefusal() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            try {
                EnrolmentForms.readStatus(Form.parse(bytes));
            } catch (RefusedException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    @Test
    void missingOrMalformedValuesAreNamed() {
        Form form = parse("n=ten\nb=***\n");
        assertThatThrownBy(() -> form.text("x")).hasMessageContaining("lacks 'x'");
        assertThatThrownBy(() -> form.number("n")).hasMessageContaining("'n'");
        assertThatThrownBy(() -> form.bytes("b")).hasMessageContaining("'b'");
    }

    @Test
    void aRefusalTravels() {
        Refusal refusal = new Refusal(Refusal.Kind.LIMIT, "too many boards wait");
        assertThat(Form.parse(Form.of(refusal).encode()).refusal()).contains(refusal);
        assertThat(parse("refusal=NEWER\nsentence=s\n").refusal()).contains(new Refusal(Refusal.Kind.INVALID, "s"));
        assertThat(parse("a=1\n").refusal()).isEmpty();
    }
}
