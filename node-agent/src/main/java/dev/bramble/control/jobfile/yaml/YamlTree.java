package dev.bramble.control.jobfile.yaml;

import dev.bramble.control.jobfile.JobLimits;
import dev.bramble.control.jobfile.Node;
import dev.bramble.control.jobfile.Place;
import dev.bramble.control.jobfile.Problems;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Builds the tree of fields from YAML 1.2 (core schema), with line and column. */
public final class YamlTree {
    /** Deepest nesting: a job needs five levels, and the parser calls itself for each. */
    private static final int DEPTH_MAX = 32;
    /** Most values after aliases are followed: more than a file of the largest size can hold without aliases. */
    private static final int NODES_MAX = 1_000_000;

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setSchema(new CoreSchema())
            .setAllowDuplicateKeys(true)
            .setAllowNonScalarKeys(true)
            .setCodePointLimit(JobLimits.JOB_FILE_BYTES_MAX)
            .build();

    private final Problems problems;
    private final String whenEmpty;
    private int nodes;

    private YamlTree(Problems problems, String whenEmpty) {
        this.problems = problems;
        this.whenEmpty = whenEmpty;
    }

    /** The tree of a job file; empty when there is none, and then {@code problems} say why. */
    public static Optional<Node> read(byte[] file, Problems problems) {
        return read(file, "the job file is empty: it needs at least a command", problems);
    }

    /**
     * The tree of another file, of no more bytes than a job file may have.
     *
     * @param whenEmpty what to say when there is nothing in it
     */
    public static Optional<Node> read(byte[] file, String whenEmpty, Problems problems) {
        if (file.length > JobLimits.JOB_FILE_BYTES_MAX) {
            problems.add(
                    Place.TOP,
                    String.format(
                            Locale.ROOT,
                            "a job file has at most %,d bytes, this one has %,d: put long lists into a lines file",
                            JobLimits.JOB_FILE_BYTES_MAX,
                            file.length));
            return Optional.empty();
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(file))
                    .toString();
            return new YamlTree(problems, whenEmpty).tree(text.startsWith("\ufeff") ? text.substring(1) : text);
        } catch (CharacterCodingException noText) {
            problems.add(Place.TOP, "is no text in UTF-8: save it as UTF-8");
        } catch (MarkedYamlEngineException broken) {
            problems.add(place(broken.getProblemMark()), "this is not YAML: " + said(broken));
        } catch (YamlEngineException broken) {
            problems.add(Place.TOP, "this is not YAML: " + broken.getMessage());
        } catch (TooMuch tooMuch) {
            problems.add(tooMuch.place, tooMuch.sentence);
        }
        return Optional.empty();
    }

    private static String said(MarkedYamlEngineException broken) {
        String problem = String.valueOf(broken.getProblem());
        String context = broken.getContext() == null ? "" : broken.getContext() + ", ";
        return context + problem + (problem.contains("TAB") ? "; indent with spaces" : "");
    }

    private Optional<Node> tree(String text) {
        checkDepth(text);
        Optional<org.snakeyaml.engine.v2.nodes.Node> root = new Compose(SETTINGS).composeString(text);
        if (root.isEmpty()) {
            problems.add(Place.TOP, whenEmpty);
        }
        return root.map(node -> node(node, "", 0));
    }

    /** Looks at the stream of events before anything recursive does. */
    private static void checkDepth(String text) {
        int depth = 0;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            switch (event.getEventId()) {
                case MappingStart, SequenceStart -> depth++;
                case MappingEnd, SequenceEnd -> depth--;
                default -> {}
            }
            if (depth > DEPTH_MAX) {
                throw new TooMuch(place(event.getStartMark()), "is nested deeper than " + DEPTH_MAX + " levels");
            }
        }
    }

    private Node node(org.snakeyaml.engine.v2.nodes.Node yaml, String path, int depth) {
        Place place = at(Place.of(path), yaml);
        if (++nodes > NODES_MAX || depth > DEPTH_MAX) {
            throw new TooMuch(place, "its aliases unfold to too much: write the values out");
        }
        return switch (yaml) {
            case ScalarNode scalar -> scalar(scalar, place);
            case SequenceNode sequence -> {
                List<Node> elements = new ArrayList<>();
                for (var element : sequence.getValue()) {
                    elements.add(node(element, place.index(elements.size()).path(), depth + 1));
                }
                yield new Node.ListNode(place, elements);
            }
            case MappingNode mapping -> {
                List<Node.Field> fields = new ArrayList<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    field(tuple, place, depth).ifPresent(fields::add);
                }
                yield new Node.MapNode(place, fields);
            }
            default -> throw new TooMuch(place, "is of no known kind");
        };
    }

    private Optional<Node.Field> field(NodeTuple tuple, Place map, int depth) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problems.add(at(map, tuple.getKeyNode()), "a key must be a single word");
            return Optional.empty();
        }
        Place place = at(map.key(key.getValue()), key);
        return Optional.of(new Node.Field(place, key.getValue(), node(tuple.getValueNode(), place.path(), depth + 1)));
    }

    private Node scalar(ScalarNode scalar, Place place) {
        Tag tag = scalar.getTag();
        String text = scalar.getValue();
        if (tag.equals(Tag.NULL)) {
            return new Node.Missing(place);
        }
        if (tag.equals(Tag.BOOL)) {
            return new Node.Flag(place, text.equalsIgnoreCase("true"), text);
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return new Node.Number(place, text);
        }
        if (!tag.equals(Tag.STR)) {
            problems.add(place, "has the tag " + tag.getValue() + ", which means nothing here: remove it");
        }
        return new Node.Text(place, text);
    }

    private static Place at(Place place, org.snakeyaml.engine.v2.nodes.Node yaml) {
        return yaml.getStartMark()
                .map(mark -> place.at(mark.getLine() + 1, mark.getColumn() + 1))
                .orElse(place);
    }

    private static Place place(Optional<Mark> mark) {
        return mark.map(at -> Place.TOP.at(at.getLine() + 1, at.getColumn() + 1))
                .orElse(Place.TOP);
    }

    /** A document that is cut short before it costs memory or stack. */
    private static final class TooMuch extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Place place;
        private final String sentence;

        TooMuch(Place place, String sentence) {
            super(sentence, null, false, false);
            this.place = place;
            this.sentence = sentence;
        }
    }
}
