package dev.bramble.dashboard.http;

import dev.bramble.model.Password;
import dev.bramble.model.Problem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** The fields of a small JSON object. Collects every mistake; {@link #check} throws them together. For one thread. */
public final class Fields {
    private final JsonNode object;
    private final Set<String> known = new HashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    public Fields(JsonNode object) {
        if (!object.isObject()) {
            throw ProblemException.wrong("the body is not a JSON object: send one, such as {}", List.of());
        }
        this.object = object;
    }

    /** A text of 1 to {@code charsMax} characters without control characters; empty when absent, null or wrong. */
    public Optional<String> text(String name, int charsMax) {
        Optional<String> given = string(name).map(String::strip);
        given.ifPresent(text -> checkText(name, text, charsMax));
        return given;
    }

    private void checkText(String name, String text, int charsMax) {
        if (text.isEmpty()) {
            wrong(name, "is empty: fill it in or leave it out");
        } else if (text.codePointCount(0, text.length()) > charsMax) {
            wrong(name, "is longer than " + charsMax + " characters: shorten it");
        } else if (text.codePoints().anyMatch(Character::isISOControl)) {
            wrong(name, "has a control character in it: write it on one line");
        }
    }

    private Optional<String> string(String name) {
        return given(name, JsonNode::isString, "is not a text: write it in quotes")
                .map(JsonNode::stringValue);
    }

    /** What is there and of the right kind. */
    private Optional<JsonNode> given(String name, Predicate<JsonNode> isRight, String sentence) {
        Optional<JsonNode> value = Optional.ofNullable(take(name));
        if (value.isPresent() && !isRight.test(value.get())) {
            wrong(name, sentence);
            return Optional.empty();
        }
        return value;
    }

    /** A password as it was typed, blanks and all; empty when absent. What is wrong with it the leader says. */
    public Optional<Password> password(String name) {
        return string(name).map(Password::new);
    }

    public Password requiredPassword(String name) {
        require(name);
        return password(name).orElse(new Password(""));
    }

    /** True or false; empty when absent. */
    public Optional<Boolean> flag(String name) {
        return given(name, JsonNode::isBoolean, "is neither true nor false: write one of them, without quotes")
                .map(JsonNode::booleanValue);
    }

    public String requiredText(String name, int charsMax) {
        require(name);
        return text(name, charsMax).orElse("");
    }

    /** A list of 1 to {@code itemsMax} texts; empty when something is wrong with it. */
    public List<String> texts(String name, int itemsMax, int charsMax) {
        JsonNode value = take(name);
        if (value == null) {
            wrong(name, "is missing: add it");
            return List.of();
        }
        if (!value.isArray() || value.isEmpty() || value.size() > itemsMax) {
            wrong(name, "is not a list of 1 to " + itemsMax + " texts: write it so");
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            JsonNode item = value.get(i);
            if (!item.isString()
                    || item.stringValue().isEmpty()
                    || item.stringValue().length() > charsMax) {
                wrong(name + "[" + i + "]", "is not a text of 1 to " + charsMax + " characters: write one in quotes");
            } else {
                texts.add(item.stringValue());
            }
        }
        return texts.size() == value.size() ? texts : List.of();
    }

    /** A whole number in a range. */
    public Optional<Long> number(String name, long min, long max) {
        Optional<Long> given = given(
                        name,
                        value -> value.isIntegralNumber() && value.canConvertToLong(),
                        "is not a whole number: write one from " + min + " to " + max)
                .map(JsonNode::longValue);
        given.filter(number -> number < min || number > max)
                .ifPresent(number -> wrong(name, "is " + number + ": write a number from " + min + " to " + max));
        return given;
    }

    /** One of a type's words. */
    public <E extends Enum<E>> Optional<E> word(String name, Class<E> type) {
        Optional<String> text = text(name, 64);
        Optional<E> constant = text.flatMap(word -> Words.read(type, word));
        if (text.isPresent() && constant.isEmpty()) {
            wrong(name, "is '" + text.get() + "': write " + Words.all(type));
        }
        return constant;
    }

    public void wrong(String name, String sentence) {
        problems.add(new Problem(name, sentence));
    }

    /** Whether a mistake is known before {@link #check} tells all of them. */
    public boolean isWrong() {
        return !problems.isEmpty() || object.propertyNames().stream().anyMatch(name -> !known.contains(name));
    }

    /** @throws ProblemException with every mistake, among them each field that nobody asked for */
    public void check() {
        object.propertyNames().stream()
                .filter(name -> !known.contains(name))
                .limit(20)
                .forEach(name -> wrong(name, "is not known here: known are " + String.join(", ", sorted())));
        if (!problems.isEmpty()) {
            String detail = problems.size() == 1
                    ? problems.getFirst().toString()
                    : problems.size() + " fields of the body are wrong, see errors";
            throw ProblemException.wrong(detail, problems);
        }
    }

    private List<String> sorted() {
        return known.stream().sorted().toList();
    }

    private void require(String name) {
        if (!object.hasNonNull(name)) {
            wrong(name, "is missing: add it");
        }
    }

    private JsonNode take(String name) {
        known.add(name);
        JsonNode value = object.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
