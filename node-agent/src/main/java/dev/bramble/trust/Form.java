package dev.bramble.trust;

import dev.bramble.model.Refusal;
import dev.bramble.model.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The small text form in which doors and strangers talk: UTF-8, one {@code key=value} a line, each line ended by LF, no
 * key twice. Bytes are base64url without padding; a list of them is separated by commas. Unknown keys are skipped, so
 * that two releases understand each other.
 */
public final class Form {
    /** Largest form: a welcome with two authorities is some 3 kB; whoever sends more is not talking to us. */
    public static final int BYTES_MAX = 16 << 10;
    /** Most lines of a form. */
    public static final int LINES_MAX = 64;

    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]{0,31}");

    private final LinkedHashMap<String, String> values = new LinkedHashMap<>();

    /** An empty form. */
    public Form() {}

    /**
     * Reads the bytes of a form.
     *
     * @throws RefusedException INVALID, when they are none
     */
    public static Form parse(byte[] bytes) {
        if (bytes.length > BYTES_MAX) {
            throw refused("a form has at most " + BYTES_MAX + " bytes");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw refused("a form is UTF-8 text with one key=value a line; these bytes are not text");
        }
        Form form = new Form();
        for (String line : text.split("\n")) {
            if (!line.isEmpty()) {
                form.addLine(line);
            }
        }
        return form;
    }

    private void addLine(String line) {
        int equals = line.indexOf('=');
        if (equals < 0 || !KEY.matcher(line.substring(0, equals)).matches() || hasControls(line)) {
            throw refused("line " + (values.size() + 1) + " of the form is not key=value");
        }
        if (values.size() == LINES_MAX) {
            throw refused("a form has at most " + LINES_MAX + " lines");
        }
        if (values.putIfAbsent(line.substring(0, equals), line.substring(equals + 1)) != null) {
            throw refused("the form has '" + line.substring(0, equals) + "' twice");
        }
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(c -> c < 0x20 || c == 0x7f);
    }

    /** Sets a text; line ends and other control characters in it become blanks. */
    public Form put(String key, String value) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("not a key: '" + key + "'");
        }
        values.put(key, value.replaceAll("[\\x00-\\x1f\\x7f]", " "));
        return this;
    }

    public Form put(String key, byte[] value) {
        return put(key, Base64.getUrlEncoder().withoutPadding().encodeToString(value));
    }

    public Form put(String key, List<byte[]> value) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return put(
                key, String.join(",", value.stream().map(base64::encodeToString).toList()));
    }

    public Optional<String> find(String key) {
        return Optional.ofNullable(values.get(key));
    }

    /** @throws RefusedException INVALID, when it is missing; the others below likewise */
    public String text(String key) {
        return find(key).orElseThrow(() -> refused("the form lacks '" + key + "'"));
    }

    public byte[] bytes(String key) {
        return base64(key, text(key));
    }

    public List<byte[]> bytesList(String key) {
        List<byte[]> list = new ArrayList<>();
        for (String each : text(key).split(",")) {
            list.add(base64(key, each));
        }
        return list;
    }

    public long number(String key) {
        try {
            return Long.parseLong(text(key));
        } catch (NumberFormatException notOne) {
            throw refused("'" + key + "' of the form is not a whole number");
        }
    }

    private static byte[] base64(String key, String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException damaged) {
            throw refused("'" + key + "' of the form is not base64url");
        }
    }

    /** The bytes to send. */
    public byte[] encode() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, String> each : values.entrySet()) {
            text.append(each.getKey()).append('=').append(each.getValue()).append('\n');
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A refusal as a form: {@code refusal} is its kind, {@code sentence} for a person. */
    public static Form of(Refusal refusal) {
        return new Form().put("refusal", refusal.kind().name()).put("sentence", refusal.sentence());
    }

    /** The refusal in this form, if it is one. A kind of a newer release counts as INVALID. */
    public Optional<Refusal> refusal() {
        if (!values.containsKey("refusal")) {
            return Optional.empty();
        }
        Refusal.Kind kind = Refusal.Kind.INVALID;
        for (Refusal.Kind each : Refusal.Kind.values()) {
            if (each.name().equals(values.get("refusal"))) {
                kind = each;
            }
        }
        return Optional.of(new Refusal(kind, find("sentence").orElse("refused without a reason")));
    }

    static RefusedException refused(String sentence) {
        return new RefusedException(Refusal.Kind.INVALID, sentence);
    }
}
