package dev.bramble.dashboard.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ButtonsTest {
    private static final Pattern BUTTON =
            Pattern.compile("<(button|a|summary)\\b[^>]*class=\"button[^>]*>(.*?)</\\1>", Pattern.DOTALL);
    /** Words, then a part of their own that is seen: a button's parts stand side by side without a space. */
    private static final Pattern WORDS_AND_PART =
            Pattern.compile("[^\\s<>][^<>]*<span(?! class=\"unseen\")", Pattern.DOTALL);

    @Test
    void noButtonLosesTheSpaceBeforeAName() throws IOException {
        List<String> lost = new ArrayList<>();
        int buttons = 0;
        try (Stream<Path> all = Files.walk(Path.of("src/main/resources/templates"))) {
            for (Path template : all.filter(Files::isRegularFile).toList()) {
                Matcher button = BUTTON.matcher(Files.readString(template));
                while (button.find()) {
                    buttons++;
                    if (WORDS_AND_PART.matcher(button.group(2)).find()) {
                        lost.add(template + ": " + button.group());
                    }
                }
            }
        }
        assertThat(buttons).isGreaterThan(20);
        assertThat(lost).isEmpty();
    }
}
