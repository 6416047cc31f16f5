package dev.bramble.ledger;

import dev.bramble.model.AttemptOutcome.KeptFile;
import dev.bramble.model.Output;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The segments of which one job's results are slices, numbered as they came: a thousand results share one. */
final class SlicedSegments {
    private final List<Output.Stored> segments = new ArrayList<>();
    private final Map<Output.Stored, Integer> numbers = new HashMap<>();

    boolean has(Output.Stored segment) {
        return numbers.containsKey(segment);
    }

    int number(Output.Stored segment) {
        Integer known = numbers.putIfAbsent(segment, segments.size());
        if (known == null) {
            segments.add(segment);
        }
        return known == null ? segments.size() - 1 : known;
    }

    Output.Stored get(int number) {
        return segments.get(number);
    }

    /** The same result, its segments being those that are here. */
    RecordedResult share(RecordedResult result) {
        return new RecordedResult(
                result.node(),
                result.number(),
                result.end(),
                result.exitCode(),
                result.reason(),
                result.millis(),
                share(result.stdout()),
                share(result.stderr()),
                result.cut(),
                result.outputs().stream()
                        .map(file -> new KeptFile(file.name(), share(file.content()), file.executable()))
                        .toList());
    }

    private Output share(Output output) {
        return switch (output) {
            case Output.Slice slice ->
                new Output.Slice(get(number(slice.segment())), slice.offset(), slice.sizeBytes(), slice.lastLine());
            case Output.Inline inline -> inline;
            case Output.Stored stored -> stored;
            case Output.SegmentLine line -> line;
        };
    }

    List<Output.Stored> image() {
        return List.copyOf(segments);
    }

    void restore(List<Output.Stored> image) {
        image.forEach(this::number);
    }
}
