package dev.bramble;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The small rules that every file of the project keeps, checked because nobody remembers them all. */
class TidyTest {
    /** A longer file does more than one thing. */
    private static final int MAX_JAVA_LINES = 600;

    /** What the formatter uses, and two files side by side on a screen. */
    private static final int MAX_LINE_CHARS = 120;

    private static final Path TOP = Path.of("..").toAbsolutePath().normalize();

    /** Only these folders are the project's; a user's own files may lie beside them. */
    private static final List<String> FOLDERS =
            List.of(".ci", "node-agent", "dashboard", "pi-image", "ansible", "hardware");

    private static final Set<String> NOT_OURS = Set.of("target", "out", "vendor", "node_modules");

    private static final Pattern WRITTEN_BY_US =
            Pattern.compile(".*\\.(java|xml|md|sh|py|scad|ya?ml|j2|html|css|js|properties|toml|ini|cfg|service)"
                    + "|bramble|render|run|\\.[a-z]+");

    /** Prose, tables and links have no natural place to break. */
    private static final Pattern MAY_HAVE_LONG_LINES = Pattern.compile(".*\\.md");

    /** A name that says nothing about what the type is for. */
    private static final Pattern EMPTY_NAME = Pattern.compile(
            "\\b(?:class|record|interface|enum)\\s+(\\w*(?:Util|Utils|Helper|Helpers|Manager|Impl|Abstract|Common)"
                    + "(?![a-z])\\w*)");

    private static final Pattern EMPTY_PACKAGE = Pattern.compile("package [\\w.]*\\b(utils?|helpers?|common|impl)\\b");

    private static final Pattern LEFT_FOR_LATER = Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME|XX" + "X)\\b");

    private static final Pattern MARKDOWN_LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)]*)?\\)");

    @Test
    void linesAreShortAndHoldNoTabsOrCarriageReturns() {
        // What tests read may be bad on purpose.
        assertThat(lines(
                        files().filter(file -> !file.toString().contains("/src/test/resources/")),
                        line -> line.contains("\t") || line.contains("\r")))
                .as("tabs or carriage returns")
                .isEmpty();
        assertThat(lines(
                        files().filter(file ->
                                !MAY_HAVE_LONG_LINES.matcher(name(file)).matches()),
                        line -> line.codePointCount(0, line.length()) > MAX_LINE_CHARS))
                .as("more than %d characters", MAX_LINE_CHARS)
                .isEmpty();
    }

    @Test
    void javaFilesStaySmall() {
        assertThat(javaFiles().filter(file -> read(file).lines().count() > MAX_JAVA_LINES))
                .as("more than %d lines", MAX_JAVA_LINES)
                .isEmpty();
    }

    @Test
    void namesSayWhatATypeIsFor() {
        assertThat(lines(javaFiles(), line -> EMPTY_NAME.matcher(line).find())).isEmpty();
        assertThat(lines(javaFiles(), line -> EMPTY_PACKAGE.matcher(line).find()))
                .isEmpty();
    }

    @Test
    void everyPackageSaysWhatItOwns() {
        assertThat(javaFiles()
                        .filter(file -> file.toString().contains("/src/main/java/"))
                        .map(Path::getParent)
                        .distinct()
                        .filter(folder -> !Files.exists(folder.resolve("package-info.java"))))
                .as("without package-info.java")
                .isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        assertThat(lines(files(), line -> LEFT_FOR_LATER.matcher(line).find())).isEmpty();
    }

    @Test
    void linksInPagesLeadToFiles() {
        assertThat(files().filter(file -> name(file).endsWith(".md")).flatMap(TidyTest::deadLinks))
                .isEmpty();
    }

    @Test
    void theChecksReadTheWholeProject() {
        assertThat(files().map(file -> TOP.relativize(file).toString()))
                .contains("pom.xml", "bramble", ".ci/run", "dashboard/pom.xml", "node-agent/pom.xml")
                .noneMatch(file -> file.contains("target/"));
        assertThat(EMPTY_NAME.matcher("final class " + "NodeManager {").find()).isTrue();
        assertThat(EMPTY_NAME.matcher("record Implied(int managers) {").find()).isFalse();
        assertThat(deadLinks(TOP.resolve("README.md"), "[a](pom.xml) [b](https://b.example) [c](gone.md#x)"))
                .containsExactly("README.md: gone.md");
    }

    private static Stream<String> deadLinks(Path page) {
        return deadLinks(page, read(page));
    }

    private static Stream<String> deadLinks(Path page, String text) {
        return MARKDOWN_LINK
                .matcher(text.replaceAll("(?s)```.*?```", ""))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.matches("[a-z]+:.*"))
                .filter(link -> !Files.exists(page.resolveSibling(link)))
                .map(link -> TOP.relativize(page) + ": " + link);
    }

    /** The lines that match, each as {@code file:line: text}. */
    private static Stream<String> lines(Stream<Path> files, Predicate<String> matches) {
        return files.flatMap(file -> {
            String[] lines = read(file).split("\n");
            return IntStream.range(0, lines.length)
                    .filter(i -> matches.test(lines[i]))
                    .mapToObj(i -> TOP.relativize(file) + ":" + (i + 1) + ": " + lines[i].strip());
        });
    }

    private static Stream<Path> javaFiles() {
        return files().filter(file -> name(file).endsWith(".java"));
    }

    private static Stream<Path> files() {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> top = Files.list(TOP)) {
            top.filter(Files::isRegularFile).forEach(files::add);
            for (String folder : FOLDERS) {
                Path path = TOP.resolve(folder);
                if (Files.isDirectory(path)) {
                    Files.walkFileTree(path, collectInto(files));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.stream().filter(file -> WRITTEN_BY_US.matcher(name(file)).matches());
    }

    private static SimpleFileVisitor<Path> collectInto(List<Path> files) {
        return new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return NOT_OURS.contains(name(folder)) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(file);
                return FileVisitResult.CONTINUE;
            }
        };
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
