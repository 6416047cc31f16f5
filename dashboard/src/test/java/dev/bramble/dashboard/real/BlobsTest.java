package dev.bramble.dashboard.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Files and results outlive the nodes and cards that hold them. */
@Tag("slow")
class BlobsTest {
    private static final int BYTES = 3 << 20;

    @TempDir
    Path temporary;

    @Test
    void everyFileIsWholeAfterTwoOfFiveNodesDieOneAfterTheOtherAndDamageIsFoundAndHealed() throws Exception {
        try (LocalProcesses bramble = new LocalProcesses(
                temporary.resolve("bramble"),
                LocalProcesses.freePort(),
                List.of("--nodes", "5", "--voters", "3", "--cpus", "1"))) {
            bramble.start();
            bramble.await(
                    "three voters", () -> bramble.read("/voters").get("items").size() == 3);
            JavaProcess set = bramble.commandLine("settings", "blobs.heal-after", "1s");
            assertThat(set.exitCode()).as(set.said()).isZero();
            write("input", 1);
            long job = submit(bramble, 6);
            bramble.awaitPhase(job, "succeeded");
            awaitWhole(bramble, 5);

            bramble.leaveDead();
            bramble.kill(bramble.leader());
            awaitWhole(bramble, 4);
            bramble.kill(nonVoter(bramble));
            awaitWhole(bramble, 3);
            requireTwoWholeCopies(bramble);
            JavaProcess results = bramble.commandLine("results", Long.toString(job), "-o", "out");
            assertThat(results.exitCode()).as(results.said()).isZero();
            bramble.revive();
            awaitWhole(bramble, 5);

            damageOneThenAll(bramble);
        }
    }

    private void damageOneThenAll(LocalProcesses bramble) throws IOException {
        String input = sha256(temporary.resolve("input"));
        List<Path> copies = copies(bramble, input);
        Path damaged = copies.getFirst();
        damage(damaged);
        // On its very node: one that has just come back may get none of ten quick tasks, since the others are faster.
        bramble.awaitPhase(submit(bramble, 1, "--node", nodeOf(bramble, damaged)), "succeeded");
        bramble.await(
                "the damaged copy was set aside or replaced",
                () -> copies(bramble, input).stream()
                        .allMatch(copy -> sha256(copy).equals(input)));
        awaitWhole(bramble, 5);

        copies(bramble, input).forEach(BlobsTest::damage);
        long stopped = submit(bramble, 10);
        // One that nobody has read yet is taken for a good one by the next look at the disks.
        bramble.await(
                "every damaged copy was found", () -> copies(bramble, input).isEmpty());
        bramble.await(
                "the loss is told",
                () -> bramble.read("/jobs/" + stopped).get("lostFiles").size() == 1);
        assertThat(bramble.read("/jobs/" + stopped).get("lostFiles").get(0).asString())
                .startsWith("the file 'input' is lost, every copy of it is gone or damaged: submit the same ");
        JavaProcess said = bramble.commandLine("job", Long.toString(stopped));
        assertThat(said.exitCode()).isZero();
        assertThat(said.said()).contains("the file 'input' is lost");

        bramble.awaitPhase(submit(bramble, 2), "succeeded");
        bramble.awaitPhase(stopped, "succeeded");
        awaitWhole(bramble, 5);
    }

    @Test
    void anUploadSurvivesTheDeathOfOneOfTwoNodesAndAFullOne() throws Exception {
        Path folder = temporary.resolve("bramble");
        Optional<SmallDisk> disk = SmallDisk.mount(Files.createDirectories(folder.resolve("node2")));
        try (LocalProcesses bramble = new LocalProcesses(
                folder, LocalProcesses.freePort(), List.of("--nodes", "2", "--voters", "1", "--cpus", "1"))) {
            bramble.start();
            bramble.await(
                    "both are up", () -> bramble.read("/bramble").get("nodesUp").asInt() == 2);
            bramble.leaveDead();
            String answer = upload(bramble, 16 << 20, () -> bramble.kill("node2"));
            if (answer.startsWith("HTTP/1.1 503")) {
                answer = upload(bramble, 16 << 20, () -> {}); // It was not seen to be gone within the head's patience.
            }
            assertThat(answer).startsWith("HTTP/1.1 201").contains("\"holders\":[\"node1-");
            bramble.revive();
            awaitWhole(bramble, 2);

            if (disk.isPresent()) {
                answer = upload(bramble, 48 << 20, () -> {});
                assertThat(answer).startsWith("HTTP/1.1 201").contains("\"holders\":[\"node1-");
                bramble.await(
                        "nothing of it is left on the full node",
                        () -> isEmpty(folder.resolve("node2/store/incoming")));
                assertThat(bramble.read("/bramble").get("warnings").toString())
                        .contains("1 file has fewer than two copies");
            }
        } finally {
            disk.ifPresent(SmallDisk::close);
        }
    }

    /** Random bytes in two halves; what the head says to it. */
    private static String upload(LocalProcesses bramble, int bytes, Runnable between) throws IOException {
        byte[] body = new byte[bytes];
        new Random(bytes).nextBytes(body);
        try (SSLSocket socket = (SSLSocket)
                LocalProcesses.trustingAnyone().getSocketFactory().createSocket("127.0.0.1", bramble.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/v1/blobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                            + bramble.token() + "\r\nContent-Type: application/octet-stream\r\nContent-Length: "
                            + bytes + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(body, 0, bytes / 2);
            out.flush();
            between.run();
            out.write(body, bytes / 2, bytes - bytes / 2);
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void write(String name, int seed) throws IOException {
        byte[] bytes = new byte[BYTES];
        new Random(seed).nextBytes(bytes);
        Files.write(temporary.resolve(name), bytes);
    }

    /** A job that ships the input and leaves a result of a megabyte for each task. */
    private static long submit(LocalProcesses bramble, int tasks, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                "submit",
                "--count",
                Integer.toString(tasks),
                "--memory",
                "16M",
                "--ship",
                "input",
                "--outputs",
                "out.bin",
                "--json"));
        arguments.addAll(List.of(options));
        arguments.addAll(List.of("--", "sh", "-c", "(echo {index}; head -c 1000000 input) > out.bin"));
        JavaProcess submitted = bramble.commandLine(arguments.toArray(String[]::new));
        assertThat(submitted.exitCode()).as(submitted.said()).isZero();
        return Long.parseLong(submitted.said().replaceAll("(?s).*\"job\"\\s*:\\s*(\\d+).*", "$1"));
    }

    private static void awaitWhole(LocalProcesses bramble, int nodesUp) {
        bramble.await("every file has two copies on " + nodesUp + " nodes", () -> {
            JsonNode it = bramble.read("/bramble");
            return it.get("nodesUp").asInt() == nodesUp
                    && it.get("files").get("count").asInt() > 0
                    && it.get("files").get("underReplicated").asInt() == 0;
        });
    }

    private static String nonVoter(LocalProcesses bramble) {
        for (JsonNode node : bramble.read("/nodes").get("items")) {
            boolean isUpAgent = node.get("role").asString().equals("agent")
                    && !node.get("link").asString().equals("down");
            if (isUpAgent && !node.get("voter").asBoolean()) {
                return node.get("name").asString();
            }
        }
        throw new AssertionError("every node that is up votes");
    }

    /** By what lies on the cards of the nodes that are alive. */
    private static void requireTwoWholeCopies(LocalProcesses bramble) {
        List<String> alive = new ArrayList<>();
        for (JsonNode node : bramble.read("/nodes").get("items")) {
            boolean isUpAgent = node.get("role").asString().equals("agent")
                    && !node.get("link").asString().equals("down");
            if (isUpAgent) {
                alive.add(node.get("name").asString());
            }
        }
        List<String> whole = alive.stream()
                .flatMap(node -> files(bramble.folder().resolve(node).resolve("store/blobs")).stream())
                .filter(file -> sha256(file).equals(file.getFileName().toString()))
                .map(file -> file.getFileName().toString())
                .toList();
        assertThat(alive).hasSize(3);
        // The input, and a result of each of six tasks.
        assertThat(whole.stream()
                        .distinct()
                        .filter(name -> whole.stream().filter(name::equals).count() >= 2))
                .hasSize(7);
    }

    private static List<Path> copies(LocalProcesses bramble, String sha256) {
        return IntStream.rangeClosed(1, 5)
                .mapToObj(number -> bramble.folder()
                        .resolve("node" + number + "/store/blobs/" + sha256.substring(0, 2) + "/" + sha256))
                .filter(Files::exists)
                .toList();
    }

    private static String nodeOf(LocalProcesses bramble, Path copy) {
        return bramble.folder().relativize(copy).getName(0).toString();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException gone) {
            throw new AssertionError(gone);
        }
    }

    private static boolean isEmpty(Path folder) {
        return files(folder).isEmpty();
    }

    private static String sha256(Path file) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException | java.security.NoSuchAlgorithmException gone) {
            return gone.toString();
        }
    }

    /** Another byte in its middle, as on a card that rots. */
    private static void damage(Path copy) {
        try {
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
            try (FileChannel file = FileChannel.open(copy, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer one = ByteBuffer.allocate(1);
                file.read(one, BYTES / 2);
                one.put(0, (byte) ~one.get(0));
                one.rewind();
                file.write(one, BYTES / 2);
            }
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }
}
