// The three printed parts, each as it lies on the printer's bed, without supports.
include <dimensions.scad>
$fn = 36;

module sled() {
  difference() {
    union() {
      cube([sled_length, sled_height, sled]);
      translate([-front[0], -wall, 0]) cube([front[0], front[1], front[2]]);
      for (h = holes) translate([board_at[0] + h[0], board_at[1] + h[1], 0]) cylinder(d = post, h = sled + post_height);
      // Feet of the front, so that it does not break off.
      for (v = [groove + 1, sled_height - groove - wall - 1])
        translate([0, v, sled]) rotate([-90, 0, 0]) linear_extrude(wall) polygon([[0, 0], [10, 0], [0, -10]]);
    }
    for (h = holes) translate([board_at[0] + h[0], board_at[1] + h[1], -1]) {
      cylinder(d = post_bore, h = sled + post_height + 2);
    }
    // Air for the fan of the neighbour, which sucks at this plate's back.
    translate([board_at[0] + 10, board_at[1] + 8, -1]) cube([42, 38, sled + 2]);
    translate([board_at[0] + 66, board_at[1] + 8, -1]) cube([14, 40, sled + 2]);
    front_holes();
  }
}

module through(v, w) { translate([-front[0] - 1, v, w]) rotate([0, 90, 0]) children(); }

module front_holes() {
  through(led[0], led[1]) cylinder(d = led_bore, h = front[0] + 2);
  through(button[0], button[1]) cylinder(d = button_bore, h = front[0] + 2);
  through(0, front[2] / 2) cylinder(d = lock_bore, h = front[0] + 2);
  // The card can be drawn out with the board in its place.
  translate([-front[0] - 1, board_at[1] + card[0] - card_window[0] / 2, board_at[2] - card_window[1] / 2])
    cube([front[0] + 2, card_window[0], card_window[1]]);
  // Air. Upright in print, so that nothing hangs.
  for (i = [0 : 6]) translate([-front[0] - 1, board_at[1] + 5 + 7 * i, board_at[2] + 9])
    cube([front[0] + 2, 4, front[2] - board_at[2] - 12]);
}

module bridge() {
  difference() {
    linear_extrude(bridge, convexity = 8) difference() {
      union() {
        translate([0.5, 0.5]) square([64, 47.5]);
        for (x = [0.5, 58.5]) translate([x, 0.5]) square([6, 55]);
      }
      translate(fan_centre) circle(d = fan_bore);
      for (h = holes) translate(h) circle(d = hole_bore);
      for (x = [-1, 1], y = [-1, 1]) translate(fan_centre + fan_pitch / 2 * [x, y]) circle(d = 3.2);
      // Light, and a view of the board's own lights.
      translate([53.5, 10]) square([5, 32]);
    }
  }
}

// As it stands in the rack; it is printed on its back.
module shelf_standing(number) {
  difference() {
    union() {
      translate([0, depth, 0]) rotate([90, 0, 0]) linear_extrude(depth, convexity = 20) profile();
      // The beam with the names leans back at 45 degrees, and so do the pegs: they need no support.
      rotate([90, 0, 90]) translate([0, 0, wall])
        linear_extrude(shelf[0] - 2 * wall) polygon([[0, 0], [wall, 0], [wall + label, label], [0, label]]);
      for (x = [(wall - peg[0]) / 2, shelf[0] - (wall + peg[0]) / 2], y = [15, depth - 25])
        translate([x, y, shelf[2]]) rotate([90, 0, 90])
          linear_extrude(peg[0]) polygon([[0, -0.1], [0, peg[1]], [10 - peg[1], peg[1]], [10, -0.1]]);
    }
    for (i = [0 : slots - 1]) translate([wall + i * pitch + fit, 0, 0]) {
      translate([front[2] / 2, -1, label + wall]) rotate([-90, 0, 0]) cylinder(d = lock_thread, h = 13, $fn = 12);
      // Air comes and goes through floor and ceiling.
      for (k = [0 : 2], z = [label - 1, shelf[2] - wall - groove - 1]) translate([8 + 9 * k, 24, z])
        cube([5, depth - 34, wall + groove + 2]);
    }
    for (x = [-1, shelf[0] - wall - 1], z = [0 : 4]) translate([x, 20, label + 14 + z * 15])
      cube([wall + 2, depth - 30, 6]);
    for (x = [(wall - peg[0]) / 2 - fit / 2, shelf[0] - (wall + peg[0]) / 2 - fit / 2], y = [15, depth - 25])
      translate([x, y - fit, -1]) cube([peg[0] + fit, 10 + 2 * fit, peg[1] + 2]);
  }
}

// Seen from the front: feet, floor, walls and ceiling, with a groove for each sled above and below.
module profile() {
  difference() {
    square([shelf[0], shelf[2]]);
    translate([wall, -1]) square([shelf[0] - 2 * wall, label + 1]);
    translate([wall, label + wall + groove]) square([shelf[0] - 2 * wall, inside]);
    for (i = [0 : slots - 1]) translate([wall + i * pitch, label + wall]) square([sled + 2 * fit, inside + 2 * groove]);
  }
}

// What the dashboard calls them: see RackMaker and RackLayout.written.
module names(number) {
  for (i = [0 : slots - 1]) translate([wall + (i + 0.5) * pitch, 0, 0]) rotate([90, 0, 0]) {
    translate([0, label - 2 - slot_text / 2, 0]) name(str("slot ", i + 1), slot_text);
    translate([0, 1.2 + shelf_text / 2, 0]) name(str("shelf ", number), shelf_text);
  }
}

module name(text, size) {
  linear_extrude(raised, convexity = 4)
    text(text, size = size, font = "DejaVu Sans:style=Bold", halign = "center", valign = "center", $fn = 6);
}

// On its back: grooves, slots and the beam stand upright.
module shelf_printing(number) {
  translate([0, 0, depth]) rotate([-90, 0, 0]) {
    shelf_standing(number);
    names(number);
  }
}
