// What is bought, as boxes of the right size: to see whether it fits.
include <dimensions.scad>

module pi() {
  color("seagreen") linear_extrude(board[2], convexity = 6) difference() {
    square([board[0], board[1]]);
    for (h = holes) translate(h) circle(d = hole_bore, $fn = 24);
  }
  translate([0, 0, board[2]]) {
    color("silver") {
      translate([board[0] + overhang - ethernet[1][0], ethernet[0] - ethernet[1][1] / 2, 0]) cube(ethernet[1]);
      for (y = usb[0]) translate([board[0] + overhang - usb[1][0], y - usb[1][1] / 2, 0]) cube(usb[1]);
      translate([power[0] - power[1][0] / 2, -1.2, 0]) cube(power[1]);
      for (x = video[0]) translate([x - video[1][0] / 2, -1.2, 0]) cube(video[1]);
      translate(chip[0] - [chip[1][0], chip[1][1]] / 2) cube(chip[1]);
    }
    color("dimgray") {
      translate([sound[0] - sound[1][1] / 2, -2.5, 0]) cube([sound[1][1], sound[1][0], sound[1][2]]);
      translate(pins[0]) cube(pins[1]);
      translate(concat(chip[0] - [sink[0], sink[1]] / 2, [chip[1][2]])) cube(sink);
    }
  }
  color("orange") translate([-card_out, card[0] - card[1][1] / 2, -card[1][2] - 0.3]) cube(card[1]);
}

module cooler() {
  translate(concat(fan_centre - [fan[0], fan[1]] / 2, [0])) color("tan") difference() {
    cube(fan);
    translate([fan[0] / 2, fan[1] / 2, -1]) cylinder(d = fan_bore, h = fan[2] + 2, $fn = 48);
  }
  translate(concat(fan_centre, [1])) color("saddlebrown") {
    cylinder(d = 16, h = fan[2] - 2, $fn = 32);
    for (a = [0 : 45 : 315]) rotate(a) translate([7, -1, 2]) rotate([30, 0, 0]) cube([10.5, 2, 6]);
  }
}

module plugs() {
  // An angled USB-C plug, jumper wires on the pins, an RJ45 plug with its bend.
  color("black") translate([power[0] - 6, -power_plug + 6, board[2]]) cube([12, power_plug - 7, 7]);
  color("black") translate([power[0] - 6, -power_plug + 2, board[2]]) cube([26, 5, 7]);
  color("firebrick") translate([pins[0][0], pins[0][1], board[2] + 2.5]) cube([20, 5, pin_plug - 2.5]);
  color("royalblue") translate([board[0] + overhang, ethernet[0] - 6, board[2] + 1]) cube([network_plug, 12, 11]);
}
