// Printed and bought parts together, as they stand; hardware/render sets how many there are.
include <dimensions.scad>
use <parts.scad>
use <models.scad>

shelves = 1;
boards = 4;
view = "rack"; // or sled
plugged = true;

// From the axes of a sled to those of the rack.
module standing() { multmatrix([[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]) children(); }

module loaded() {
  color("whitesmoke") sled();
  translate(board_at) {
    pi();
    if (plugged) plugs();
    translate([0, 0, board[2] + standoff]) {
      color("gainsboro") bridge();
      translate([0, 0, bridge]) cooler();
    }
    color("goldenrod") for (h = holes) translate([h[0], h[1], board[2]]) cylinder(d = 4.6, h = standoff, $fn = 6);
  }
  color("limegreen") translate([-front[0] - 2, led[0], led[1]]) rotate([0, 90, 0]) cylinder(d = 5, h = 11, $fn = 24);
  color("crimson") translate([-front[0] - 4, button[0], button[1]]) rotate([0, 90, 0]) {
    cylinder(d = 9, h = 4, $fn = 24);
    cylinder(d = 12, h = 22, $fn = 24);
  }
}

if (view == "sled") loaded();
if (view == "rack") for (s = [0 : shelves - 1]) translate([0, 0, (shelves - 1 - s) * shelf[2]]) {
  color([0.62, 0.44, 0.72]) shelf_standing(s + 1);
  color("white") names(s + 1);
  for (i = [0 : slots - 1]) if (s * slots + i < boards)
    translate([wall + i * pitch + fit, 0, label + wall + fit]) standing() loaded();
}

assert(shelf[0] <= bed && shelf[1] <= bed && shelf[2] <= bed, "a shelf is larger than the printer's bed");
assert(stack + 5 <= pitch, "the fan gets no air: slots are too narrow");
assert(board_at[2] + board[2] + pin_plug + 3 <= pitch, "plugs on the pins touch the next sled");
assert(post_height >= card[1][2] + 2, "the card touches the sled");
