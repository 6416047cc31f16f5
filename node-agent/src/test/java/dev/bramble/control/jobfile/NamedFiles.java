package dev.bramble.control.jobfile;

import dev.bramble.model.BlobId;
import dev.bramble.model.FileNames;
import dev.bramble.model.ShippedFile;
import dev.bramble.model.TaskSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A disk of names only. A name that begins with {@code missing} or {@code nothing} is not there. */
final class NamedFiles implements FileSource {
    @Override
    public List<ShippedFile> ship(Node element, Problems problems) {
        if (element.scalar().isEmpty()) {
            problems.add(element.place(), "must be the name of a file, it is " + element.described());
            return List.of();
        }
        String name = element.scalar().get();
        Optional<String> refusal = FileNames.refusal(name);
        if (refusal.isPresent() || name.startsWith("missing")) {
            problems.add(element.place(), "'" + name + "' " + refusal.orElse("is not there"));
            return List.of();
        }
        return List.of(file(name));
    }

    @Override
    public Optional<TaskSource.Lines> lines(Node value, Problems problems) {
        String name = value.scalar().orElseThrow();
        return Optional.of(new TaskSource.Lines(file(name), name.startsWith("empty") ? 0 : 7));
    }

    @Override
    public List<ShippedFile> each(Node value, Problems problems) {
        List<Node> patterns = value instanceof Node.ListNode list ? list.elements() : List.of(value);
        List<ShippedFile> files = new ArrayList<>();
        for (Node pattern : patterns) {
            String text = pattern.scalar().orElseThrow();
            if (!text.startsWith("nothing")) {
                files.add(file(text.replace("*", "a")));
                files.add(file(text.replace("*", "b")));
            }
        }
        return files.stream().distinct().toList();
    }

    private static ShippedFile file(String name) {
        String digit = Integer.toHexString(Math.floorMod(name.hashCode(), 16));
        return new ShippedFile(name, new BlobId(digit.repeat(64)), name.length(), name.endsWith(".sh"));
    }
}
