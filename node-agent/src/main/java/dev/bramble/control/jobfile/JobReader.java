package dev.bramble.control.jobfile;

import static dev.bramble.control.jobfile.JobLimits.AFTER_MAX;
import static dev.bramble.control.jobfile.JobLimits.ATTEMPTS_DEFAULT;
import static dev.bramble.control.jobfile.JobLimits.ATTEMPTS_MAX;
import static dev.bramble.control.jobfile.JobLimits.AT_ONCE_UNLIMITED;
import static dev.bramble.control.jobfile.JobLimits.COMMAND_BYTES_MAX;
import static dev.bramble.control.jobfile.JobLimits.ENV_BYTES_MAX;
import static dev.bramble.control.jobfile.JobLimits.FILES_MAX;
import static dev.bramble.control.jobfile.JobLimits.KEEP_DEFAULT;
import static dev.bramble.control.jobfile.JobLimits.NAME_CHARS_MAX;
import static dev.bramble.control.jobfile.JobLimits.OUTPUTS_MAX;
import static dev.bramble.control.jobfile.JobLimits.TASKS_MAX;
import static dev.bramble.control.jobfile.JobLimits.TIMEOUT_DEFAULT;

import dev.bramble.model.FileNames;
import dev.bramble.model.Framing;
import dev.bramble.model.JobId;
import dev.bramble.model.JobSpec;
import dev.bramble.model.Priority;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import dev.bramble.model.TaskTraits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** Reads a job from a tree of fields. Pure but for the {@link FileSource}. */
public final class JobReader {
    /** Every key of a job, in the order of the documentation. */
    public static final List<String> KEYS = List.of(
            "name",
            "command",
            "filter",
            "framing",
            "ship",
            "tasks",
            "env",
            "needs",
            "deadline",
            "on_deadline",
            "timeout",
            "attempts",
            "at_once",
            "outputs",
            "reduce",
            "reduce_outputs",
            "after",
            "exclusive",
            "checkpoints",
            "priority",
            "keep");

    private static final Map<String, String> LATER = Map.of(
            "secrets", "secrets are not served by this version yet: remove the key, and keep secrets out of 'env'");

    private static final String COMMAND_EXAMPLE = "[python3, train.py], or for the shell [sh, -c, \"one line\"]";
    private static final Duration SHORTEST = Duration.ofMillis(1);
    /** Time to fetch the results. */
    private static final Duration KEEP_MIN = Duration.ofMinutes(1);

    private final FileSource files;
    private final DeadlineCalendar calendar;
    private final Problems problems;

    private JobReader(FileSource files, DeadlineCalendar calendar, Problems problems) {
        this.files = files;
        this.calendar = calendar;
        this.problems = problems;
    }

    /**
     * Reads the whole tree and finds every mistake that can be found.
     *
     * @param problems those found already while the tree was built: they refuse the job as well
     */
    public static JobReading read(Node root, FileSource files, DeadlineCalendar calendar, Problems problems) {
        if (!(root instanceof Node.MapNode map)) {
            problems.add(
                    root.place(), "a job must be a map of keys such as command and tasks, it is " + root.described());
            return new JobReading.Refused(problems.list());
        }
        JobSpec spec = new JobReader(files, calendar, problems).job(map);
        return problems.isEmpty() ? new JobReading.Accepted(spec) : new JobReading.Refused(problems.list());
    }

    private JobSpec job(Node.MapNode map) {
        Fields fields = new Fields(map, KEYS, LATER, problems);
        Optional<Framing> filter = filter(fields);
        List<String> command = command(map, fields);
        List<ShippedFile> ship = ship(fields);
        TaskSource tasks = fields.get("tasks")
                .flatMap(node -> new TasksReader(files, problems).read(node))
                .orElse(new TaskSource.Count(1));
        checkNamesTogether(ship, tasks, fields);
        filter.ifPresent(framing -> checkFilter(fields, command, tasks));
        return new JobSpec(
                fields.get("name").flatMap(this::name).orElseGet(() -> nameFor(command, ship)),
                command,
                filter,
                ship,
                tasks,
                fields.get("env").map(this::env).orElseGet(LinkedHashMap::new),
                fields.get("needs")
                        .map(node -> NeedsReader.read(node, problems))
                        .orElseGet(NeedsReader::defaults),
                fields.get("deadline").flatMap(this::deadline),
                cancelAtDeadline(fields),
                fields.get("timeout")
                        .flatMap(node -> Values.duration(node, SHORTEST, problems))
                        .orElse(TIMEOUT_DEFAULT),
                fields.get("attempts")
                        .flatMap(node -> Values.wholeNumber(node, 1, ATTEMPTS_MAX, problems))
                        .orElse(ATTEMPTS_DEFAULT),
                fields.get("at_once")
                        .flatMap(node -> Values.wholeNumber(node, 1, TASKS_MAX, problems))
                        .orElse(AT_ONCE_UNLIMITED),
                fields.get("outputs").map(this::outputs).orElse(List.of()),
                reduce(fields),
                fields.get("after").map(this::after).orElse(List.of()),
                fields.get("priority").flatMap(this::priority).orElse(Priority.NORMAL),
                fields.get("keep")
                        .flatMap(node -> Values.duration(node, KEEP_MIN, problems))
                        .orElse(KEEP_DEFAULT),
                traits(fields));
    }

    private Optional<String> name(Node node) {
        Optional<String> name = Values.text(node, problems);
        if (name.isEmpty()) {
            return name;
        }
        int length = name.get().codePointCount(0, name.get().length());
        if (name.get().isBlank()) {
            problems.add(node.place(), "is empty: give it a name or remove the key");
        } else if (length > NAME_CHARS_MAX) {
            problems.add(node.place(), "has " + length + " characters: use at most " + NAME_CHARS_MAX);
        } else if (name.get().codePoints().anyMatch(Character::isISOControl)) {
            problems.add(node.place(), "has a control character in it: remove it");
        }
        return name;
    }

    /** For a job without a name: its script, if it ships one and runs it, else its program. */
    private static String nameFor(List<String> command, List<ShippedFile> ship) {
        String named = command.stream()
                .filter(word -> ship.stream().anyMatch(file -> file.name().equals(word)))
                .findFirst()
                .orElse(command.isEmpty() ? "job" : command.getFirst());
        String last = named.substring(named.lastIndexOf('/') + 1)
                .replaceAll("\\p{Cntrl}", " ")
                .strip();
        return last.isEmpty()
                ? "job"
                : last.substring(
                        0, last.offsetByCodePoints(0, Math.min(NAME_CHARS_MAX, last.codePointCount(0, last.length()))));
    }

    /** How the job's filter answers; empty when it has none. */
    private Optional<Framing> filter(Fields fields) {
        Optional<Node> filter = fields.get("filter");
        Optional<Node> framing = fields.get("framing");
        if (filter.isEmpty()) {
            framing.ifPresent(node -> problems.add(
                    node.place(), "belongs to a filter, and this job has none: remove it, or write 'filter'"));
            return Optional.empty();
        }
        fields.get("command")
                .ifPresent(node ->
                        problems.add(node.place(), "is given beside 'filter': keep the one that the job's tasks run"));
        String word = framing.flatMap(node -> Values.text(node, problems)).orElse("lines");
        return switch (word) {
            case "lines" -> Optional.of(Framing.LINES);
            case "indexed" -> Optional.of(Framing.INDEXED);
            default -> {
                problems.add(
                        framing.orElseThrow().place(),
                        "must be 'lines' (one line in, one line out, in order) or 'indexed' (N<TAB>line both ways),"
                                + " it is " + Quoted.text(word));
                yield Optional.of(Framing.LINES);
            }
        };
    }

    /** What makes no sense for a program that answers many lines. */
    private void checkFilter(Fields fields, List<String> command, TaskSource tasks) {
        Place place = fields.get("filter").orElseThrow().place();
        fields.get("outputs")
                .filter(node ->
                        !(node instanceof Node.ListNode list && list.elements().isEmpty()))
                .ifPresent(node -> problems.add(
                        node.place(), "does not apply to a filter: what it keeps of each line is the line it answers"));
        Optional<String> parameter = switch (tasks) {
            case TaskSource.Count count -> Optional.of("index");
            case TaskSource.Grid grid ->
                grid.parameters().sequencedKeySet().stream()
                        .filter(name -> uses(command, name))
                        .findFirst();
            case TaskSource.Lines lines -> Optional.of("line");
            case TaskSource.Each each -> Optional.of("file");
        };
        parameter
                .filter(name -> uses(command, name))
                .ifPresent(name -> problems.add(
                        place,
                        "has {" + name
                                + "} in it, which differs from task to task: one process of a filter answers many"
                                + " tasks and reads each as a line of its stdin; remove it, or use 'command'"));
        if (fields.get("tasks").isEmpty()) {
            problems.add(
                    place, "needs 'tasks' to read: lines: FILE, count: N (the numbers from 0), or a grid (JSON lines)");
        } else if (tasks instanceof TaskSource.Each) {
            problems.add(
                    fields.get("tasks").orElseThrow().place(),
                    "has 'each', which gives a task a file, and a filter reads lines: use 'command', or ship the files"
                            + " and give their names as 'lines'");
        }
    }

    private static boolean uses(List<String> command, String parameter) {
        return command.stream().anyMatch(word -> word.contains("{" + parameter + "}"));
    }

    private List<String> command(Node.MapNode map, Fields fields) {
        Optional<Node> node = fields.get("filter").or(() -> fields.get("command"));
        if (node.isEmpty()) {
            boolean said = map.fields().stream()
                    .anyMatch(field -> Suggestion.nearest(field.key(), KEYS).equals(Optional.of("command")));
            if (!said) {
                problems.add(map.place().key("command"), "is missing: say what each task runs: " + COMMAND_EXAMPLE);
            }
            return List.of();
        }
        return commandOf(node.get());
    }

    private List<String> commandOf(Node node) {
        List<String> command = Values.texts(node, COMMAND_EXAMPLE, problems);
        if (node instanceof Node.ListNode list && list.elements().isEmpty()) {
            problems.add(node.place(), "is empty: say what to run: " + COMMAND_EXAMPLE);
        } else if (!command.isEmpty() && command.getFirst().isBlank()) {
            problems.add(node.place().index(0), "is empty: the first word is the program to run");
        }
        int bytes = command.stream().mapToInt(JobReader::byteLength).sum();
        if (bytes > COMMAND_BYTES_MAX) {
            problems.add(
                    node.place(),
                    String.format(
                            Locale.ROOT,
                            "is %,d bytes long, at most %,d can be given to a program: put the rest into a file and"
                                    + " ship it",
                            bytes,
                            COMMAND_BYTES_MAX));
        }
        return command;
    }

    private List<ShippedFile> ship(Fields fields) {
        Optional<Node> node = fields.get("ship");
        if (node.isEmpty()) {
            return List.of();
        }
        if (!(node.get() instanceof Node.ListNode list)) {
            problems.add(
                    node.get().place(),
                    "must be a list, it is " + node.get().described() + ": write [train.py, digits.csv]");
            return List.of();
        }
        SequencedMap<String, ShippedFile> byName = new LinkedHashMap<>();
        for (Node element : list.elements()) {
            for (ShippedFile file : files.ship(element, problems)) {
                ShippedFile other = byName.putIfAbsent(file.name(), file);
                if (other != null && !other.equals(file)) {
                    problems.add(element.place(), twoFiles(file.name()));
                }
            }
        }
        if (byName.size() > FILES_MAX) {
            problems.add(list.place(), tooManyFiles(byName.size()));
        }
        return List.copyOf(byName.values());
    }

    static String tooManyFiles(int count) {
        return String.format(
                Locale.ROOT, "names %,d files, a job takes at most %,d: pack them into an archive", count, FILES_MAX);
    }

    private static String twoFiles(String name) {
        return "gives two different files the name " + Quoted.text(name) + ": rename one";
    }

    /** All files of a task lie in one folder: two with one name must be the same, and none may be beneath another. */
    private void checkNamesTogether(List<ShippedFile> ship, TaskSource tasks, Fields fields) {
        Map<String, ShippedFile> byName = new LinkedHashMap<>();
        ship.forEach(file -> byName.put(file.name(), file));
        List<ShippedFile> each = tasks instanceof TaskSource.Each all ? all.files() : List.of();
        Place place =
                fields.get(each.isEmpty() ? "ship" : "tasks").map(Node::place).orElse(fields.place());
        for (ShippedFile file : each) {
            ShippedFile other = byName.putIfAbsent(file.name(), file);
            if (other != null && !other.equals(file)) {
                problems.add(place, twoFiles(file.name()));
            }
        }
        for (String name : byName.keySet()) {
            for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
                if (byName.containsKey(name.substring(0, slash))) {
                    problems.add(
                            place,
                            "names the file " + Quoted.text(name.substring(0, slash)) + " and " + Quoted.text(name)
                                    + " beneath it: rename one");
                }
            }
        }
    }

    private SequencedMap<String, String> env(Node node) {
        SequencedMap<String, String> env = new LinkedHashMap<>();
        if (!(node instanceof Node.MapNode map)) {
            problems.add(node.place(), "must be a map, it is " + node.described() + ": write {OMP_NUM_THREADS: 1}");
            return env;
        }
        for (Node.Field field : Fields.distinct(map, problems)) {
            if (!field.key().matches("[A-Za-z_][A-Za-z0-9_]*")) {
                problems.add(field.place(), "is no name for a variable: use letters, digits and '_'");
            } else if (field.key().startsWith("BRAMBLE_")) {
                problems.add(field.place(), "is set by Bramble: use a name that does not begin with BRAMBLE_");
            } else if (field.key().equals("HOME")) {
                problems.add(field.place(), "is each task's own folder: remove it");
            } else {
                Values.text(field.value(), problems).ifPresent(text -> env.put(field.key(), text));
            }
        }
        int bytes = env.entrySet().stream()
                .mapToInt(entry -> byteLength(entry.getKey()) + byteLength(entry.getValue()))
                .sum();
        if (bytes > ENV_BYTES_MAX) {
            problems.add(
                    node.place(),
                    String.format(
                            Locale.ROOT,
                            "is %,d bytes long, at most %,d: put it into a file and ship it",
                            bytes,
                            ENV_BYTES_MAX));
        }
        return env;
    }

    private Optional<Duration> deadline(Node node) {
        Optional<Instant> instant = node.scalar().flatMap(JobReader::instant);
        if (instant.isEmpty()) {
            return Values.duration(node, SHORTEST, problems);
        }
        Optional<Duration> left = calendar.until(instant.get());
        if (left.isEmpty()) {
            problems.add(
                    node.place(),
                    "is an instant, and " + calendar.whyUnknown() + ": give the time from now, such as 2h");
        } else if (!left.get().isPositive()) {
            problems.add(node.place(), "has passed already: give a later one");
        }
        return left;
    }

    private static Optional<Instant> instant(String text) {
        if (!text.matches("\\d{4}-\\d\\d-\\d\\d.*")) {
            return Optional.empty();
        }
        String complete = text.length() == 10 ? text + "T00:00:00" : text.replaceFirst(" ", "T");
        boolean hasZone = complete.matches(".*(Z|[+-]\\d\\d(:?\\d\\d)?)");
        try {
            return Optional.of(
                    OffsetDateTime.parse(hasZone ? complete : complete + "Z").toInstant());
        } catch (DateTimeParseException noInstant) {
            return Optional.empty();
        }
    }

    private boolean cancelAtDeadline(Fields fields) {
        Optional<Node> node = fields.get("on_deadline");
        String choice = node.flatMap(value -> Values.text(value, problems)).orElse("flag");
        if (!choice.equals("flag") && !choice.equals("cancel")) {
            problems.add(node.orElseThrow().place(), "must be flag or cancel, it is " + Quoted.text(choice));
        } else if (node.isPresent() && choice.equals("cancel") && !fields.has("deadline")) {
            problems.add(node.get().place(), "needs a deadline: add 'deadline', or remove this");
        }
        return choice.equals("cancel");
    }

    private List<String> outputs(Node node) {
        List<String> patterns = Values.texts(node, "[model.bin, \"plots/*.png\"]", problems);
        for (int i = 0; i < patterns.size(); i++) {
            Place place =
                    node instanceof Node.ListNode list && i < list.elements().size()
                            ? list.elements().get(i).place()
                            : node.place();
            String pattern = patterns.get(i);
            FileNames.refusal(pattern)
                    .ifPresent(why -> problems.add(place, Quoted.text(pattern) + " " + forOutputs(why)));
        }
        if (patterns.size() > OUTPUTS_MAX) {
            problems.add(node.place(), "has " + patterns.size() + " patterns: use at most " + OUTPUTS_MAX);
        }
        return patterns;
    }

    /** The rule's advice speaks of the job file's folder; outputs lie in the task's. */
    private static String forOutputs(String why) {
        String what = why.contains(":") ? why.substring(0, why.indexOf(':')) : why;
        return what + ": name outputs relative to the task's folder";
    }

    private Optional<JobSpec.Reduce> reduce(Fields fields) {
        Optional<List<String>> outputs = fields.get("reduce_outputs").map(this::outputs);
        Optional<Node> node = fields.get("reduce");
        if (node.isEmpty()) {
            outputs.ifPresent(ignored -> problems.add(
                    fields.get("reduce_outputs").orElseThrow().place(),
                    "needs a reduce: add 'reduce', or remove this"));
            return Optional.empty();
        }
        if (!(node.get() instanceof Node.MapNode map)) {
            return Optional.of(new JobSpec.Reduce(commandOf(node.get()), outputs.orElse(List.of())));
        }
        Fields own = new Fields(map, List.of("command", "outputs"), problems);
        List<String> command = command(map, own);
        if (outputs.isPresent() && own.has("outputs")) {
            problems.add(
                    fields.get("reduce_outputs").orElseThrow().place(), "is in 'reduce' already: keep one of the two");
        }
        return Optional.of(new JobSpec.Reduce(
                command, own.get("outputs").map(this::outputs).or(() -> outputs).orElse(List.of())));
    }

    private List<JobId> after(Node node) {
        SequencedSet<JobId> jobs = new LinkedHashSet<>();
        List<Node> elements = node instanceof Node.ListNode list ? list.elements() : List.of(node);
        for (Node element : elements) {
            Optional<String> written = element.scalar().filter(text -> text.matches("[1-9]\\d{0,17}"));
            written.ifPresentOrElse(
                    number -> jobs.add(new JobId(Long.parseLong(number))),
                    () -> problems.add(
                            element.place(),
                            "must be the number of a job, as 'bramble jobs' shows it, it is " + element.described()));
        }
        if (jobs.size() > AFTER_MAX) {
            problems.add(node.place(), "names " + jobs.size() + " jobs: at most " + AFTER_MAX);
        }
        return new ArrayList<>(jobs);
    }

    private Optional<Priority> priority(Node node) {
        Optional<String> written = node.scalar();
        Optional<Priority> priority = Arrays.stream(Priority.values())
                .filter(value -> written.filter(value.name().toLowerCase(Locale.ROOT)::equals)
                        .isPresent())
                .findFirst();
        if (priority.isEmpty()) {
            problems.add(node.place(), "must be low, normal or high, it is " + node.described());
        }
        return priority;
    }

    private Optional<TaskTraits> traits(Fields fields) {
        TaskTraits traits = new TaskTraits(
                trait(
                        fields,
                        "exclusive",
                        "does not apply to a filter, whose lines may be read again after a crash: remove it, or use"
                                + " 'command'"),
                trait(
                        fields,
                        "checkpoints",
                        "does not apply to a filter, whose lines are tasks of their own: remove it, or use 'command'"));
        return Optional.of(traits).filter(any -> !any.equals(TaskTraits.NONE));
    }

    private boolean trait(Fields fields, String key, String sentenceForFilter) {
        boolean is =
                fields.get(key).flatMap(node -> Values.flag(node, problems)).orElse(false);
        if (is && fields.has("filter")) {
            problems.add(fields.get(key).orElseThrow().place(), sentenceForFilter);
        }
        return is;
    }

    private static int byteLength(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
