package dev.bramble.control.jobfile;

import dev.bramble.model.BlobId;
import dev.bramble.model.FileNames;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Files as REST names them: uploaded before, given by their hashes. Pure: whether the bytes are there, and whether the
 * user may use them, is for the caller to check.
 */
public final class UploadedFiles implements FileSource {
    private static final List<String> FILE_KEYS = List.of("name", "sha256", "sizeBytes", "executable");
    private static final List<String> LINES_KEYS = List.of("name", "sha256", "sizeBytes", "count");
    private static final String EXAMPLE = "{name: train.py, sha256: …, sizeBytes: 123}";

    @Override
    public List<ShippedFile> ship(Node element, Problems problems) {
        return file(element, problems).map(List::of).orElse(List.of());
    }

    @Override
    public Optional<TaskSource.Lines> lines(Node value, Problems problems) {
        Optional<Fields> fields = fields(value, LINES_KEYS, problems);
        if (fields.isEmpty()) {
            return Optional.empty();
        }
        Optional<ShippedFile> file = file(fields.get());
        Optional<Integer> count = required(fields.get(), "count")
                .flatMap(node -> Values.wholeNumber(node, 0, Integer.MAX_VALUE, problems));
        return file.isPresent() && count.isPresent()
                ? Optional.of(new TaskSource.Lines(file.get(), count.get()))
                : Optional.empty();
    }

    @Override
    public List<ShippedFile> each(Node value, Problems problems) {
        if (!(value instanceof Node.ListNode list)) {
            problems.add(value.place(), "must be a list, it is " + value.described() + ": write [" + EXAMPLE + "]");
            return List.of();
        }
        List<ShippedFile> files = new ArrayList<>();
        list.elements().forEach(element -> file(element, problems).ifPresent(files::add));
        return files;
    }

    private static Optional<ShippedFile> file(Node node, Problems problems) {
        return fields(node, FILE_KEYS, problems).flatMap(UploadedFiles::file);
    }

    private static Optional<Fields> fields(Node node, List<String> keys, Problems problems) {
        if (node instanceof Node.MapNode map) {
            return Optional.of(new Fields(map, keys, problems));
        }
        problems.add(node.place(), "must be a map, it is " + node.described() + ": write " + EXAMPLE);
        return Optional.empty();
    }

    private static Optional<ShippedFile> file(Fields fields) {
        Problems problems = fields.problems();
        Optional<Node> nameNode = required(fields, "name");
        Optional<String> name = nameNode.flatMap(text -> Values.text(text, problems));
        name.flatMap(FileNames::refusal)
                .ifPresent(why -> problems.add(nameNode.get().place(), Quoted.text(name.get()) + " " + why));
        Optional<BlobId> blob = required(fields, "sha256").flatMap(text -> blob(text, problems));
        Optional<Long> size = required(fields, "sizeBytes").flatMap(text -> size(text, problems));
        boolean executable = fields.get("executable")
                .flatMap(flag -> Values.flag(flag, problems))
                .orElse(false);
        return name.isPresent() && blob.isPresent() && size.isPresent()
                ? Optional.of(new ShippedFile(name.get(), blob.get(), size.get(), executable))
                : Optional.empty();
    }

    private static Optional<Node> required(Fields fields, String key) {
        Optional<Node> node = fields.get(key);
        if (node.isEmpty()) {
            fields.problems().add(fields.place().key(key), "is missing");
        }
        return node;
    }

    private static Optional<BlobId> blob(Node node, Problems problems) {
        Optional<String> text = node.scalar().filter(written -> written.matches("[0-9a-f]{64}"));
        if (text.isEmpty()) {
            problems.add(
                    node.place(), "must be a SHA-256 as 64 lower-case hexadecimal digits, it is " + node.described());
        }
        return text.map(BlobId::new);
    }

    private static Optional<Long> size(Node node, Problems problems) {
        Optional<Long> size =
                node.scalar().filter(written -> written.matches("\\d{1,18}")).map(Long::parseLong);
        if (size.isEmpty()) {
            problems.add(node.place(), "must be a number of bytes, it is " + node.described());
        }
        return size;
    }
}
