package dev.bramble.dashboard.http;

import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** How JSON is read and written here. */
public final class Json {
    public static final String CONTENT_TYPE = "application/json";

    /** Deeper than any document of the interface; a deeper one is made to exhaust the stack. */
    private static final int NESTING_MAX = 32;
    /** Digits of a number; longer ones cost quadratic time to read and mean nothing here. */
    private static final int NUMBER_CHARS_MAX = 64;

    /** Fields stay in the order in which they are declared, the same field twice is an error. */
    public static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(NESTING_MAX)
                            .maxNumberLength(NUMBER_CHARS_MAX)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private Json() {}

    /** A count of milliseconds whose negative values stand for "unknown". */
    public static Long knownOrNull(long value) {
        return value < 0 ? null : value;
    }

    /** A figure that is not a number, infinite or negative is unknown. */
    public static Double knownOrNull(double value) {
        return Double.isFinite(value) && value >= 0 ? value : null;
    }

    /** A rate that cannot be told yet is 0. */
    public static double rate(double value) {
        return Double.isFinite(value) && value >= 0 ? value : 0;
    }
}
