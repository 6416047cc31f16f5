package dev.bramble.dashboard.audit;

import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Page;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** The trail as a table for other programs (RFC 4180). */
final class AuditCsv {
    static final String CONTENT_TYPE = "text/csv; charset=utf-8";
    static final String HEADER = "number,at,by,credential,head,address,action,object,result,times,what\r\n";

    private AuditCsv() {}

    /** Pages of the trail, newest first. */
    @FunctionalInterface
    interface Pages {
        /** @param before a number from the page before; 0 for the newest */
        Views.AuditPage read(long before, int limit);
    }

    /** Sends all pages, one at a time: the whole may be some megabytes. */
    static void send(Context context, Pages pages) throws IOException {
        Views.AuditPage page = pages.read(0, Page.LIMIT_MAX);
        context.contentType(CONTENT_TYPE).header("Content-Disposition", "attachment; filename=\"audit.csv\"");
        try (OutputStream out = context.res().getOutputStream()) {
            out.write((HEADER + dropped(page.dropped())).getBytes(StandardCharsets.UTF_8));
            while (true) {
                for (Views.AuditView record : page.items()) {
                    out.write(line(record).getBytes(StandardCharsets.UTF_8));
                }
                if (page.next() == 0) {
                    return;
                }
                page = pages.read(page.next(), Page.LIMIT_MAX);
            }
        }
    }

    /** A line about what is not there any more; empty when nothing is missing. */
    static String dropped(long count) {
        return count == 0
                ? ""
                : row(List.of("", "", "", "", "", "", "", "", "", "", count + " older records have gone to make room"));
    }

    static String line(Views.AuditView of) {
        AuditJson record = AuditJson.of(of);
        return row(List.of(
                Long.toString(record.number()),
                record.at() == null ? "" : record.at().toString(),
                record.by(),
                record.credential(),
                record.head(),
                record.address(),
                record.action(),
                record.object(),
                record.result(),
                Integer.toString(record.times()),
                record.what()));
    }

    private static String row(List<String> cells) {
        return cells.stream().map(AuditCsv::cell).collect(Collectors.joining(",", "", "\r\n"));
    }

    /** A cell that begins like a formula is one to a spreadsheet, which would work it out: a blank keeps it a text. */
    private static String cell(String text) {
        String harmless = text.matches("(?s)[=+@\\t\\r-].*") ? " " + text : text;
        return harmless.matches("(?s).*[\",\r\n].*") ? '"' + harmless.replace("\"", "\"\"") + '"' : harmless;
    }
}
