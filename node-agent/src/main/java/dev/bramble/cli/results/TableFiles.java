package dev.bramble.cli.results;

import dev.bramble.cli.connect.Json;
import dev.bramble.cli.console.ExitCode;
import dev.bramble.cli.console.Failure;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Writes both tables row by row: a million rows do not fit into a small machine's memory. */
final class TableFiles implements AutoCloseable {
    private final Path csvPath;
    private final Path jsonPath;
    private final Writer csv;
    private final Writer json;
    private ResultTable table;

    /** @param stem name of both files without its ending */
    TableFiles(ResultFolder folder, String stem) {
        String csvName = stem + ".csv";
        String jsonName = stem + ".json";
        for (String name : List.of(csvName, jsonName, "." + csvName + ".part", "." + jsonName + ".part")) {
            folder.refusal(name).ifPresent(why -> {
                throw new Failure(ExitCode.CONFLICT, "'" + name + "' " + why);
            });
        }
        csvPath = folder.root().resolve(csvName);
        jsonPath = folder.root().resolve(jsonName);
        try {
            csv = Files.newBufferedWriter(part(csvPath), StandardCharsets.UTF_8);
            json = Files.newBufferedWriter(part(jsonPath), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw ResultFolder.unwritable(folder.root(), e);
        }
    }

    private static Path part(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".part");
    }

    void add(JsonNode row) {
        try {
            if (table == null) {
                table = ResultTable.of(row);
                csv.write(table.header());
                json.write("[\n");
            } else {
                json.write(",\n");
            }
            csv.write(table.row(row));
            json.write(Json.compact(row));
        } catch (IOException e) {
            throw ResultFolder.unwritable(csvPath.getParent(), e);
        }
    }

    /** There is nothing to tell, and what an earlier run wrote is true no more. */
    void forget() {
        try {
            Files.deleteIfExists(csvPath);
            Files.deleteIfExists(jsonPath);
        } catch (IOException e) {
            throw ResultFolder.unwritable(csvPath.getParent(), e);
        }
    }

    void finish() {
        try {
            json.write(table == null ? "[]\n" : "\n]\n");
            csv.close();
            json.close();
            Files.move(part(csvPath), csvPath, StandardCopyOption.REPLACE_EXISTING);
            Files.move(part(jsonPath), jsonPath, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw ResultFolder.unwritable(csvPath.getParent(), e);
        }
    }

    @Override
    public void close() {
        try {
            csv.close();
            json.close();
            Files.deleteIfExists(part(csvPath));
            Files.deleteIfExists(part(jsonPath));
        } catch (IOException e) {
            throw ResultFolder.unwritable(csvPath.getParent(), e);
        }
    }
}
