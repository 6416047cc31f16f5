package dev.bramble.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where boards stand and what they hang on, as an operator wrote it down. Names are unique among their kind and, of
 * shelves, within their rack. What is not known is left out: an empty name, port 0, no figure.
 *
 * @param supplies that boards are fed by
 * @param switches that boards are wired to
 */
public record RackLayout(List<Supply> supplies, List<Switch> switches, List<Rack> racks) {
    /** Nothing was written down yet. */
    public static final RackLayout EMPTY = new RackLayout(List.of(), List.of(), List.of());

    /** The largest bramble is a hundred boards; spare slots and other uses fit beside them. */
    public static final int SLOTS_MAX = 400;

    public static final int RACKS_MAX = 20;
    public static final int SHELVES_MAX = 100;
    /** One for each board is the most that is built. */
    public static final int SUPPLIES_MAX = 120;

    public static final int SWITCHES_MAX = 40;
    public static final int PORTS_MAX = 64;
    public static final int WATTS_MAX = 10_000;
    /** So much of a name is read on a label; the whole of a full layout takes 60 kB of the ledger. */
    public static final int NAME_CHARS_MAX = 24;

    /** A supply in a sentence: by its name alone where that says what it is. */
    public static String supplyWords(String name) {
        return name.toLowerCase(Locale.ROOT).startsWith("supply") ? name : "supply " + name;
    }

    /** A power supply. @param watts 0 when it is not known */
    public record Supply(String name, int watts) {}

    /** A network switch. @param ports how many it has */
    public record Switch(String name, int ports) {}

    /** What shelves stand in, or one board of a pile. */
    public record Rack(String name, List<Shelf> shelves) {}

    /** Slots side by side. */
    public record Shelf(String name, List<Slot> slots) {}

    /**
     * A place for one board.
     *
     * @param node whose board is there; empty for none
     * @param supply name of its power supply; empty when it is not known
     * @param wire name of the switch that it is wired to; empty when it is not known
     * @param port of that switch, from 1; 0 when it is not known
     */
    public record Slot(Optional<NodeId> node, String supply, String wire, int port) {
        /** Without a board, a supply or a wire. */
        public static final Slot BARE = new Slot(Optional.empty(), "", "", 0);

        public Slot with(Optional<NodeId> other) {
            return new Slot(other, supply, wire, port);
        }
    }

    /** A slot by where it is. Positions are from 0. */
    public record Place(int rack, int shelf, int slot) {}

    public boolean isEmpty() {
        return racks.isEmpty() && supplies.isEmpty() && switches.isEmpty();
    }

    /** Where each board is. */
    public Map<NodeId, Place> places() {
        Map<NodeId, Place> places = new HashMap<>();
        for (int rack = 0; rack < racks.size(); rack++) {
            List<Shelf> shelves = racks.get(rack).shelves();
            for (int shelf = 0; shelf < shelves.size(); shelf++) {
                List<Slot> slots = shelves.get(shelf).slots();
                for (int slot = 0; slot < slots.size(); slot++) {
                    Place place = new Place(rack, shelf, slot);
                    slots.get(slot).node().ifPresent(node -> places.put(node, place));
                }
            }
        }
        return places;
    }

    public Slot at(Place place) {
        return racks.get(place.rack()).shelves().get(place.shelf()).slots().get(place.slot());
    }

    /** {@code left, top, slot 3}. */
    public String written(Place place) {
        Rack rack = racks.get(place.rack());
        return rack.name() + ", " + rack.shelves().get(place.shelf()).name() + ", slot " + (place.slot() + 1);
    }

    /** The power supply of each board that has a place with one. */
    public Map<NodeId, String> supplyOfNode() {
        Map<NodeId, String> supplies = new HashMap<>();
        slots().forEach(slot -> slot.node()
                .filter(node -> !slot.supply().isEmpty())
                .ifPresent(node -> supplies.put(node, slot.supply())));
        return supplies;
    }

    /** All of them, in order. */
    public List<Slot> slots() {
        return racks.stream()
                .flatMap(rack -> rack.shelves().stream())
                .flatMap(shelf -> shelf.slots().stream())
                .toList();
    }

    /** The same with this board in that slot and nowhere else. Whoever was there is nowhere. */
    public RackLayout put(NodeId node, Place place) {
        return without(node).change(place, slot -> slot.with(Optional.of(node)));
    }

    /** The same without this board. */
    public RackLayout without(NodeId node) {
        Place place = places().get(node);
        return place == null ? this : change(place, slot -> slot.with(Optional.empty()));
    }

    private RackLayout change(Place place, UnaryOperator<Slot> how) {
        List<Rack> all = new ArrayList<>(racks);
        Rack rack = all.get(place.rack());
        List<Shelf> shelves = new ArrayList<>(rack.shelves());
        Shelf shelf = shelves.get(place.shelf());
        List<Slot> slots = new ArrayList<>(shelf.slots());
        slots.set(place.slot(), how.apply(slots.get(place.slot())));
        shelves.set(place.shelf(), new Shelf(shelf.name(), List.copyOf(slots)));
        all.set(place.rack(), new Rack(rack.name(), List.copyOf(shelves)));
        return new RackLayout(supplies, switches, List.copyOf(all));
    }
}
