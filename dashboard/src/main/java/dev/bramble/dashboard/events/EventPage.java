package dev.bramble.dashboard.events;

import dev.bramble.control.Control;
import dev.bramble.control.Views;
import dev.bramble.dashboard.http.Json;
import dev.bramble.dashboard.page.Shown;
import dev.bramble.dashboard.screen.Content;
import dev.bramble.dashboard.screen.Screen;
import dev.bramble.dashboard.screen.ScreenRequest;
import dev.bramble.dashboard.screen.Section;
import dev.bramble.model.Toll;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/** One event, with all that is known of it. */
public final class EventPage {
    private static final String NUMBER = "number";

    private EventPage() {}

    public static Screen screen() {
        return new Screen("/events/{" + NUMBER + "}", Section.EVENTS, EventPage::load);
    }

    private static CompletionStage<Content> load(Control control, ScreenRequest request) {
        String given = request.place(NUMBER);
        if (!given.matches("[1-9][0-9]{0,17}")) {
            throw ScreenRequest.missing("'" + given + "' is no number of an event: they count from 1");
        }
        long number = Long.parseLong(given);
        return control.read(0, views -> OneEvent.of(views, number))
                .thenApply(it -> Content.of("Event " + number, "events/event", it));
    }

    /**
     * All that the page shows.
     *
     * @param toll what it cost, in words; may be empty
     * @param raw as the interface for programs tells it
     * @param earlier number of the one before it; 0 when there is none
     * @param later likewise
     */
    public record OneEvent(EventRow row, String toll, String raw, long earlier, long later) {
        static OneEvent of(Views views, long number) {
            List<Views.EventView> near = views.events(OptionalLong.of(number - 1), 2, Views.EventFilter.ALL);
            List<Views.EventView> all = views.events(OptionalLong.of(0), 1, Views.EventFilter.ALL);
            Optional<Views.EventView> event =
                    near.stream().filter(each -> each.number() == number).findFirst();
            if (event.isEmpty()) {
                throw ScreenRequest.missing(
                        all.isEmpty()
                                ? "nothing has happened yet"
                                : number < all.getFirst().number()
                                        ? "event " + number + " is too old: the oldest that is kept is "
                                                + all.getFirst().number()
                                        : "event " + number + " has not happened yet");
            }
            boolean isOldest = all.getFirst().number() == number;
            return new OneEvent(
                    EventRow.of(event.get()),
                    event.get().toll().map(OneEvent::written).orElse(""),
                    Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(EventJson.of(event.get())),
                    isOldest ? 0 : number - 1,
                    near.size() > 1 ? near.getLast().number() : 0);
        }

        private static String written(Toll toll) {
            return Shown.counted(toll.tasks(), "attempt", "attempts") + ", "
                    + (toll.workMillis() == 0
                            ? "no run time known to be lost"
                            : Shown.time(toll.workMillis()) + " of work came to nothing");
        }
    }
}
