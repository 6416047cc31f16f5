// Every dimension of the rack, in millimetres. The other files only draw: change a number here, run hardware/render.
//
// Axes of a board as it lies: x from the card's end to the USB end, y from the USB-C edge to the edge with the pins,
// z up from its underside. In the rack it stands on the USB-C edge: x runs from the front to the back, y upwards, z to
// the right. A sled has the same axes, from its lower front corner.

// --- The board: the mechanical drawing of the Raspberry Pi 4 Model B --------------------------------------------
board = [85, 56, 1.4];
holes = [[3.5, 3.5], [61.5, 3.5], [3.5, 52.5], [61.5, 52.5]]; // centres
hole_bore = 2.7;            // for M2.5
chip = [[29.2, 32.5], [15, 15, 2.4]];     // centre and size
overhang = 3;               // USB and Ethernet stand out at the back by so much
ethernet = [45.75, [21, 16, 13.5]];       // centre on y, and size
usb = [[9, 27], [17, 13.2, 15.6]];        // centres on y, and size
power = [11.2, [7.4, 9, 3.2]];            // the USB-C socket: centre on x, and size
video = [[26, 39.5], [7.5, 7, 3.2]];      // micro-HDMI
sound = [54, [12.5, 6, 6]];
pins = [[7.1, 50], [50.8, 5, 8.5]];       // corner and size
card = [28, [15, 11, 1]];   // micro-SD, under the board: centre on y, and size
card_out = 2.5;             // so much of it stands out at the front

// --- Room that plugs need ---------------------------------------------------------------------------------------
power_plug = 18;            // under the board: an angled USB-C plug and the bend of its cable
pin_plug = 16.5;            // above the board, on the pins: a plug for jumper wires
network_plug = 40;          // behind the sockets: an RJ45 plug and the bend of its cable

// --- Cooling ----------------------------------------------------------------------------------------------------
sink = [14, 14, 6];         // on the chip
fan = [40, 40, 10];
fan_pitch = 32;             // of its holes
fan_bore = 38;
fan_centre = [30, 27];      // over the chip, and clear of the pins
standoff = 10;              // M2.5, from the board to the bridge that carries the fan
bridge = 2.5;               // thickness

// --- Printing ---------------------------------------------------------------------------------------------------
wall = 3;                   // everything that carries
fit = 0.4;                  // between parts that slide, on each side
bed = 220;                  // no part is longer: a small printer

// --- The sled that carries a board, and the front that closes its slot ------------------------------------------
sled = 2.4;                 // thickness of its plate
post = 6;                   // diameter, under each hole
post_height = 5;            // the card and the parts under the board need 3
post_bore = 2.1;            // an M2.5 screw cuts its thread into it
above = 5;                  // free above the board
front_gap = 1;              // between front and board: the card then ends within the front
card_window = [26, 12];     // along the board and across: room for two finger nails
led = [79, 22];             // place on the front: height from the sled's lower edge, and across
led_bore = 5.2;
button = [12, 24];          // under the board's edge, where nothing is behind it
button_bore = 12.2;
lock_bore = 3.4;            // an M3 screw holds the sled while a plug is pushed in behind
lock_thread = 2.6;

// --- The shelf --------------------------------------------------------------------------------------------------
slots = 4;                  // side by side
pitch = 38;                 // from slot to slot
groove = 3;                 // so deep a sled stands in the shelf, above and below
depth = 100;
label = 14;                 // height of the beam with the names; also of the feet beside it
slot_text = 5.2;
shelf_text = 4;
raised = 0.8;
peg = [2.4, 5];             // shelves stand on each other by pegs in the side walls: thickness and height

// --- What follows -----------------------------------------------------------------------------------------------
board_at = [front_gap, groove + power_plug, sled + post_height]; // of a board's corner on its sled
sled_length = front_gap + board[0];
sled_height = board_at[1] + board[1] + above + groove;
front = [wall, sled_height + 2 * wall, pitch - 2 * fit]; // thickness, height, width
inside = sled_height - 2 * groove + 2 * fit;              // between the shelf's floor and ceiling
shelf = [slots * pitch + 2 * wall, depth, label + inside + 2 * (wall + groove)];
stack = board_at[2] + board[2] + standoff + bridge + fan[2]; // from the sled's back to the top of the fan
