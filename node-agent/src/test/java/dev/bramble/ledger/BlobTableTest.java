package dev.bramble.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bramble.model.BlobId;
import dev.bramble.model.JobId;
import dev.bramble.model.NodeId;
import dev.bramble.time.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BlobTableTest {
    private static final List<String> USERS = List.of("ada", "ben");

    /** Whatever happens in whatever order, every index says what a walk over all records says. */
    @Test
    void indexesNeverDriftFromTheRecords() {
        Random random = new Random(7);
        BlobTable table = new BlobTable();
        for (int step = 0; step < 5_000; step++) {
            change(table, random, step);
            if (step % 50 == 0) {
                check(table);
                BlobTable restored = new BlobTable();
                restored.restore(table.image());
                check(restored);
                assertThat(restored.image()).isEqualTo(table.image());
                assertThat(restored.bytes()).isEqualTo(table.bytes());
            }
        }
    }

    private static void change(BlobTable table, Random random, int step) {
        BlobId blob = new BlobId("%064x".formatted(random.nextInt(20)));
        NodeId node = new NodeId("n" + random.nextInt(4));
        JobId job = new JobId(1 + random.nextInt(5));
        String user = USERS.get(random.nextInt(2));
        long bytes = Long.parseLong(blob.sha256(), 16) * 10;
        switch (random.nextInt(7)) {
            case 0 -> table.need(blob, bytes, user, job, List.of(node));
            case 1 -> table.hold(blob, bytes, user, List.of(node), new Moment(step + random.nextInt(100)));
            case 2 -> table.gained(blob, node);
            case 3 -> table.lost(blob, node);
            case 4 -> table.forget(job);
            case 5 -> table.dropUnneeded(new Moment(step), new TreeSet<>());
            default -> {
                if (random.nextInt(20) == 0) {
                    table.forget(node);
                }
            }
        }
    }

    private static void check(BlobTable table) {
        long bytes = 0;
        TreeSet<BlobId> few = new TreeSet<>();
        TreeSet<BlobId> spare = new TreeSet<>();
        TreeSet<BlobId> lost = new TreeSet<>();
        TreeSet<BlobId> jobless = new TreeSet<>();
        List<String> held = new ArrayList<>();
        long[] owned = new long[2];
        for (var each : table.all().entrySet()) {
            BlobRecord record = each.getValue();
            bytes += record.sizeBytes();
            if (record.holders().size() < BlobTable.COPIES) {
                few.add(each.getKey());
            }
            if (record.holders().size() > BlobTable.COPIES) {
                spare.add(each.getKey());
            }
            if (record.holders().isEmpty()) {
                lost.add(each.getKey());
            }
            if (record.jobs().isEmpty()) {
                jobless.add(each.getKey());
            }
            record.jobs().forEach(job -> assertThat(table.neededBy(job)).contains(each.getKey()));
            record.holders().forEach(node -> held.add(node + " " + each.getKey()));
            for (int user = 0; user < 2; user++) {
                owned[user] += record.owners().contains(USERS.get(user)) ? record.sizeBytes() : 0;
            }
        }
        assertThat(table.bytes()).isEqualTo(bytes);
        assertThat(table.few()).isEqualTo(few);
        assertThat(table.spare()).isEqualTo(spare);
        assertThat(table.lost()).isEqualTo(lost);
        assertThat(table.jobless()).isEqualTo(jobless);
        List<String> indexed = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            NodeId node = new NodeId("n" + number);
            table.heldBy(node).forEach(blob -> indexed.add(node + " " + blob));
            assertThat(table.bytesHeldBy(node))
                    .isEqualTo(table.heldBy(node).stream()
                            .mapToLong(blob -> table.get(blob).orElseThrow().sizeBytes())
                            .sum());
        }
        assertThat(indexed).containsExactlyInAnyOrderElementsOf(held);
        assertThat(table.bytesOwnedBy("ada")).isEqualTo(owned[0]);
        assertThat(table.bytesOwnedBy("ben")).isEqualTo(owned[1]);
    }
}
