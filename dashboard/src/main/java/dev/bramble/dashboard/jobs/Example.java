package dev.bramble.dashboard.jobs;

import java.util.List;
import java.util.Optional;

/**
 * A job to begin with: small, real, and it needs no file.
 *
 * @param word names it in an address
 * @param needs what nodes must have installed; empty for what all have
 */
public record Example(String word, String title, String needs, String text) {
    static final List<Example> ALL = List.of(
            new Example(
                    "pi",
                    "π by chance: 32 tasks that differ in two parameters, and a reduce that takes their mean",
                    "",
                    """
                    # Throws points at a square and counts those within the circle. More points come closer to π:
                    # when it is done, plot points against the last line under "Tasks and results".
                    name: pi by chance
                    command:
                      - awk
                      - -v
                      - "seed={seed}"
                      - -v
                      - "points={points}"
                      - |-
                        BEGIN {
                          srand(seed)
                          for (i = 0; i < points; i++) {
                            x = rand(); y = rand()
                            if (x * x + y * y < 1) hits++
                          }
                          print 4 * hits / points
                        }
                    tasks:
                      grid:
                        points: [1000, 10000, 100000, 1000000]
                        seed: [1, 2, 3, 4, 5, 6, 7, 8]
                    needs: {memory: 64M, disk: 16M}
                    timeout: 5m
                    reduce: [sh, -c, "cat results/*/stdout | awk '{ sum += $1 } END { print sum / NR }'"]
                    """),
            new Example("fractal", "Six pictures of a fractal, each deeper than the one before", "Python 3", """
                    # Each task draws one picture and keeps it: look at them on the tasks' pages.
                    name: fractal
                    command:
                      - python3
                      - -c
                      - |-
                        import struct, sys, zlib
                        zoom, width, height = float(sys.argv[1]), 320, 240
                        rows = []
                        for row in range(height):
                            line = bytearray([0])
                            for column in range(width):
                                c = complex(-0.743644 + (column - width / 2) * 3 / width / zoom,
                                            0.131826 + (row - height / 2) * 3 / width / zoom)
                                z, steps = 0, 0
                                while abs(z) < 2 and steps < 250:
                                    z, steps = z * z + c, steps + 1
                                line += bytes([steps * 5 % 256, steps * 9 % 256, steps * 3 % 256]) \\
                                    if steps < 250 else bytes(3)
                            rows.append(bytes(line))
                        def chunk(kind, data):
                            body = kind + data
                            return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
                        with open("picture.png", "wb") as out:
                            out.write(bytes([137, 80, 78, 71, 13, 10, 26, 10]))
                            out.write(chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)))
                            out.write(chunk(b"IDAT", zlib.compress(b"".join(rows))))
                            out.write(chunk(b"IEND", b""))
                        print(f"zoom {zoom:g}: {width} x {height}")
                      - "{zoom}"
                    tasks:
                      grid:
                        zoom: [1, 4, 16, 64, 256, 1024]
                    outputs: [picture.png]
                    needs: {memory: 128M, disk: 16M}
                    timeout: 10m
                    """));

    static Optional<Example> of(String word) {
        return ALL.stream().filter(example -> example.word().equals(word)).findFirst();
    }
}
