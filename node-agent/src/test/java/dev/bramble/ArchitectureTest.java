package dev.bramble;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the code to its floors. Before you change a table here, think: a new import that this test refuses is more
 * often a type in the wrong place than a table in need of one more entry.
 */
class ArchitectureTest {
    private static final String ROOT = "dev.bramble.";

    /** A package imports only from lower floors. Two on one floor do not know each other. */
    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            Map.entry("agent", 4),
            Map.entry("cli", 4),
            Map.entry("leader", 3),
            Map.entry("runner", 3),
            Map.entry("control", 3),
            Map.entry("scheduler", 2),
            Map.entry("ledger", 1),
            Map.entry("cluster", 1),
            Map.entry("board", 1),
            Map.entry("worker", 1),
            Map.entry("store", 1),
            Map.entry("trust", 1),
            Map.entry("model", 0),
            Map.entry("time", 0));

    /**
     * The only homes, beside the wiring, of a technology, a clock or chance; only the packages that wire them may
     * import them.
     */
    private static final Set<String> EDGES = Set.of(
            "ledger.ratis",
            "cluster.jgroups",
            "board.pi4j",
            "board.linux",
            "worker.process",
            "store.disk",
            "codec",
            "door",
            "trust.x509");

    private static final Set<String> WIRING = Set.of("agent", "cli");

    /** Packages whose imports are listed instead of following from the floor. */
    private static final Map<String, Set<String>> LISTED = Map.of(
            // A record of the model may hold a moment or a deadline; time knows nothing of what it times.
            "model", Set.of("time"),
            "time", Set.of(),
            // Pure, and fed with state and views: no worker, store or board behind its back.
            "scheduler", Set.of("model", "time", "ledger", "cluster"),
            // Control is the port through which leader and nodes are asked: they serve it, it knows neither.
            "leader", Set.of("model", "time", "ledger", "cluster", "trust", "scheduler", "control"),
            "runner", Set.of("model", "time", "cluster", "worker", "store", "board", "ledger", "control"),
            // The node's one HTTPS port carries blobs for the store and enrolment for trust.
            "door", Set.of("model", "time", "store", "trust"),
            // The one wire codec turns the types of all who send or store into bytes.
            "codec", Set.of("model", "time", "ledger", "cluster", "control"));

    /** A technology, and the packages that may touch it. */
    private record Home(String technology, Set<String> packages) {}

    private static final List<Home> HOMES = List.of(
            new Home("org.jgroups.", Set.of("cluster.jgroups")),
            new Home("org.apache.ratis.", Set.of("ledger.ratis")),
            new Home("com.pi4j.", Set.of("board.pi4j")),
            new Home("org.bouncycastle.", Set.of("trust.x509")),
            new Home("tools.jackson.", Set.of("codec", "cli", "agent", "control")),
            new Home("com.fasterxml.jackson.", Set.of("codec", "cli", "agent", "control")),
            new Home("picocli.", Set.of("cli", "agent")),
            new Home("java.lang.Process", Set.of("worker.process", "agent", "cli")));

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.bramble");

    @Test
    void packagesImportOnlyWhatTheirFloorAllows() {
        assertThat(PRODUCT.stream().flatMap(ArchitectureTest::forbiddenImports)).isEmpty();
    }

    @Test
    void noPackagesImportEachOtherInACircle() {
        SlicesRuleDefinition.slices()
                .matching("dev.bramble.(*)..")
                .should()
                .beFreeOfCycles()
                .check(PRODUCT);
    }

    @Test
    void eachTechnologyStaysInItsHome() {
        assertThat(PRODUCT.stream().flatMap(ArchitectureTest::strayTechnology)).isEmpty();
    }

    @Test
    void onlyTimeAndEdgesReadClocksOrChance() {
        assertThat(PRODUCT.stream()
                        .filter(type -> !mayReadClocks(place(type)))
                        .flatMap(ArchitectureTest::clocksAndChance))
                .isEmpty();
    }

    @Test
    void theFloorsRefuseWhatTheyAreBuiltToRefuse() {
        assertThat(mayImport("leader", "scheduler")).isTrue();
        assertThat(mayImport("scheduler", "leader")).as("upwards").isFalse();
        assertThat(mayImport("worker", "store")).as("sideways").isFalse();
        assertThat(mayImport("ledger.ratis", "ledger")).isTrue();
        assertThat(mayImport("ledger", "ledger.ratis"))
                .as("a port knows its edge")
                .isFalse();
        assertThat(mayImport("agent", "ledger.ratis")).isTrue();
        assertThat(mayImport("leader", "codec"))
                .as("an edge outside the wiring")
                .isFalse();
        assertThat(mayImport("ledger.ratis", "codec"))
                .as("one edge knows another")
                .isFalse();
        assertThat(mayImport("scheduler", "worker")).as("not on the list").isFalse();
        assertThat(mayImport("agent", "helpers")).as("not on any floor").isFalse();
    }

    @Test
    void theChecksSeeClocksChanceAndTechnology() {
        JavaClass offender = new ClassFileImporter().importClass(Offender.class);
        assertThat(clocksAndChance(offender)).hasSize(3);
        assertThat(strayTechnology(offender)).isNotEmpty();
    }

    /** Does all that the rest of the code must not. */
    @SuppressWarnings("unused")
    private static final class Offender {
        private final long nanos = System.nanoTime();
        private final Supplier<Instant> now = Instant::now;
        private final Random chance = new Random();
        private final Random seeded = new Random(1);
        private ProcessBuilder process;
    }

    private static boolean mayImport(String from, String to) {
        String fromTop = top(from);
        String toTop = top(to);
        Optional<String> edge = edge(to);
        if (edge.isPresent()) {
            return edge.equals(edge(from)) || WIRING.contains(fromTop);
        }
        if (fromTop.equals(toTop)) {
            return true;
        }
        if (LISTED.containsKey(fromTop)) {
            return LISTED.get(fromTop).contains(toTop);
        }
        return FLOORS.containsKey(fromTop) && FLOORS.containsKey(toTop) && FLOORS.get(toTop) < FLOORS.get(fromTop);
    }

    private static boolean mayReadClocks(String place) {
        return top(place).equals("time") || edge(place).isPresent() || WIRING.contains(top(place));
    }

    private static Stream<String> forbiddenImports(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> dependency.getTargetClass().getName().startsWith(ROOT))
                .filter(dependency -> !mayImport(place(type), place(dependency.getTargetClass())))
                .map(dependency -> place(type) + " may not import " + place(dependency.getTargetClass()) + ": "
                        + dependency.getDescription());
    }

    private static Stream<String> strayTechnology(JavaClass type) {
        return type.getDirectDependenciesFromSelf().stream()
                .filter(dependency -> HOMES.stream()
                        .anyMatch(home -> dependency.getTargetClass().getName().startsWith(home.technology())
                                && home.packages().stream().noneMatch(name -> isWithin(place(type), name))))
                .map(dependency -> place(type) + " is no home of "
                        + dependency.getTargetClass().getName() + ": " + dependency.getDescription());
    }

    private static Stream<String> clocksAndChance(JavaClass type) {
        boolean mayMakeSecrets = top(place(type)).equals("trust");
        return type.getAccessesFromSelf().stream()
                .filter(access -> readsClockOrChance(access, mayMakeSecrets))
                .map(JavaAccess::getDescription);
    }

    private static boolean readsClockOrChance(JavaAccess<?> access, boolean mayMakeSecrets) {
        String owner = access.getTargetOwner().getName();
        String name = access.getTarget().getName();
        return switch (owner) {
            case "java.lang.System" -> name.equals("nanoTime") || name.equals("currentTimeMillis");
            case "java.lang.Math" -> name.equals("random");
            case "java.util.UUID" -> name.equals("randomUUID");
            case "java.time.Clock" -> name.startsWith("system") || name.startsWith("tick");
            case "java.util.concurrent.ThreadLocalRandom" -> name.equals("current");
            case "java.util.Random", "java.util.SplittableRandom" -> isUnseeded(access);
            case "java.security.SecureRandom" -> !mayMakeSecrets;
            default -> owner.startsWith("java.time.") && name.equals("now");
        };
    }

    private static boolean isUnseeded(JavaAccess<?> access) {
        return access.getTarget().getFullName().endsWith("<init>()");
    }

    /** The package of a class without the root: {@code ledger.ratis}, or nothing for the root itself. */
    private static String place(JavaClass type) {
        return (type.getPackageName() + ".")
                .replaceFirst("^dev\\.bramble\\.", "")
                .replaceFirst("\\.$", "");
    }

    private static String top(String place) {
        return place.split("\\.", 2)[0];
    }

    private static Optional<String> edge(String place) {
        return EDGES.stream().filter(edge -> isWithin(place, edge)).findFirst();
    }

    private static boolean isWithin(String place, String outer) {
        return place.equals(outer) || place.startsWith(outer + ".");
    }
}
