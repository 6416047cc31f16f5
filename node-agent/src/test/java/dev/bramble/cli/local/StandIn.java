package dev.bramble.cli.local;

import dev.bramble.cli.StubHead;
import dev.bramble.cli.StubHead.Answer;
import dev.bramble.cli.connect.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands in for the agent and the head: {@code agent CONFIG}, {@code head CONFIG}. Reads its configuration, listens on
 * its ports, founds, ends when its stdin does. Files in its folder change its ways: {@code die} ends it at once with
 * the exit code in the file, {@code stubborn} lets it outlive SIGTERM.
 */
public final class StandIn {
    private StandIn() {}

    public static void main(String[] arguments) throws Exception {
        Path config = Path.of(arguments[1]);
        Map<String, String> settings = settings(config);
        Path folder = config.getParent();
        System.out.println("this is " + settings.get("name") + " of " + arguments[0]);
        Path die = folder.resolve("die");
        if (Files.exists(die)) {
            System.err.println("cannot do it: the sentence why");
            System.exit(Integer.parseInt(Files.readString(die).strip()));
        }
        if (Files.exists(folder.resolve("stubborn"))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                while (true) {
                    LockSupport.park();
                }
            }));
        }
        List<AutoCloseable> open = new ArrayList<>();
        if (arguments[0].equals("agent")) {
            agent(settings, folder, open);
        } else {
            open.add(head(settings));
        }
        while (System.in.read() >= 0) {
            // Nothing is ever written there.
        }
        if (Files.exists(folder.resolve("stubborn"))) {
            LockSupport.parkNanos(Long.MAX_VALUE);
        }
        Runtime.getRuntime().halt(0);
    }

    private static Map<String, String> settings(Path config) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        for (String line : Files.readAllLines(config)) {
            String[] pair = line.split(": ", 2);
            if (pair.length == 2 && !line.startsWith("#")) {
                settings.put(pair[0], pair[1].split(" {3}#")[0].replace("\"", ""));
            }
        }
        return settings;
    }

    private static void agent(Map<String, String> settings, Path folder, List<AutoCloseable> open) throws IOException {
        for (String port : List.of("cluster_port", "ledger_port", "door_port")) {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(settings.get(port))));
            open.add(socket);
        }
        Path founding = folder.resolve("founding.json");
        boolean joins = settings.containsKey("join");
        Files.writeString(folder.resolve("joined-with"), joins ? settings.get("join") : "nothing");
        if ("true".equals(settings.get("found"))) {
            Files.writeString(
                    founding,
                    "{\"adminToken\":\"admin\",\"joinAgentToken\":\"join-agent\",\"joinHeadToken\":\"join-head\"}");
        }
    }

    /** Shows as many nodes up as there are doors that open. */
    private static StubHead head(Map<String, String> settings) throws Exception {
        StubHead head = StubHead.https(Integer.parseInt(settings.get("http_port")));
        List<String> doors =
                List.of(settings.get("doors").replaceAll("[\\[\\]\\s]", "").split(","));
        head.on("GET", "/readyz", Answer.json(Map.of("status", "ok")));
        head.on("GET", "/whoami", Answer.json(Map.of("user", "admin", "role", "admin", "tokenId", "t")));
        head.on("POST", "/tokens", Answer.json(201, Map.of("secret", "fresh-token", "revision", 9)));
        head.on("GET", "/nodes", asked -> {
            var page = Json.object();
            var items = page.putArray("items");
            items.addObject().put("name", "head").put("role", "head").put("link", "up");
            for (String door : doors) {
                items.addObject().put("name", door).put("role", "agent").put("link", isOpen(door) ? "up" : "down");
            }
            page.putNull("next");
            return Answer.json(page);
        });
        return head;
    }

    private static boolean isOpen(String door) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(door.split(":")[1]))) {
            return socket.isConnected();
        } catch (IOException closed) {
            return false;
        }
    }
}
