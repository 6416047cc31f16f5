#!/usr/bin/env perl
# Draws the wiring of one board from the table of its pins: wiring.pl pins.csv > wiring.svg
use strict;
use warnings;
use utf8;
use open qw(:std :encoding(UTF-8));

my %leg_y = ( # where a leg's wire arrives at its part
  'fan-power' => 84, 'fan-ground' => 114, 'fan-control' => 144,
  'led-ground' => 306, 'led-red' => 336, 'led-green' => 366,
  'button-ground' => 446, 'button' => 476,
);
my ($pin_x, $part_x, $row) = (168, 660, 26);
my @svg;

open my $table, '<', $ARGV[0] // die "wiring.pl: say which table\n" or die "wiring.pl: cannot read $ARGV[0]: $!\n";
chomp(my @columns = split /,/, scalar <$table>);
$columns[-1] =~ s/\s+$//;
my %wire;
while (<$table>) {
  chomp;
  my %it;
  @it{@columns} = split /,/, $_, -1;
  die "wiring.pl: nothing is drawn for $it{name}\n" unless $leg_y{ $it{name} };
  die "wiring.pl: pin $it{pin} is not on the side that plugs reach\n" if $it{pin} % 2;
  $wire{ $it{name} } = \%it;
}
die "wiring.pl: $_ is not in the table\n" for grep { !$wire{$_} } sort keys %leg_y;

sub shape { push @svg, "  $_[0]" }
sub text {
  my ($x, $y, $text, $class) = @_;
  $text =~ s/&/&amp;/g;
  shape(sprintf '<text x="%d" y="%d"%s>%s</text>', $x, $y, $class ? " class=\"$class\"" : '', $text);
}
sub line { shape("<path class=\"$_[1]\" d=\"$_[0]\"/>") }
sub dot { shape("<circle class=\"dot\" cx=\"$_[0]\" cy=\"$_[1]\" r=\"3.5\"/>") }
sub resistor { # X Y LABEL: lies on a wire
  my ($x, $y, $label) = @_;
  shape(sprintf '<rect class="part" x="%d" y="%d" width="56" height="18"/>', $x, $y - 9);
  text($x + 28, $y + 4, $label, 'small mid');
}
sub pin_y { 50 + $row * int(($_[0] + 1) / 2) }
sub wire_class { my $it = shift; my $n = $it->{name}; return $n =~ /ground/ ? 'ground' : $n =~ /power/ ? 'power' : $n }

# --- The header: pin 1 is at the card's end of the board -----------------------------------------------------------
my %used = map { $_->{pin} => $_ } values %wire;
text(30, 32, 'Pins of the board', 'title');
text(30, 52, 'pin 1 is at the end with the card', 'small');
shape(sprintf '<rect class="board" x="112" y="%d" width="76" height="%d" rx="6"/>', pin_y(1) - 16, 20 * $row + 6);
for my $pin (1 .. 40) {
  my ($x, $y, $it) = ($pin % 2 ? 132 : $pin_x, pin_y($pin), $used{$pin});
  my $class = $it ? 'pin ' . wire_class($it) : 'pin';
  shape($pin == 1
    ? sprintf '<rect class="pin" x="%d" y="%d" width="20" height="20"/>', $x - 10, $y - 10
    : sprintf '<circle class="%s" cx="%d" cy="%d" r="10"/>', $class, $x, $y);
  text($x, $y + 4, $pin, 'number mid' . ($it ? ' strong' : ''));
}

# --- Wires from pins to parts: those that rise turn one after the other, those that fall the other way round ---------
my @order = sort { $a->{pin} <=> $b->{pin} } values %wire;
my $rising = 262;
my $falling = 610;
for my $it (@order) {
  my ($from, $to) = (pin_y($it->{pin}), $leg_y{ $it->{name} });
  my $turn = $to < $from ? ($rising += 26) : ($falling -= 24);
  $to = 174 if $it->{name} eq 'fan-control'; # to the transistor's base
  my $end = $it->{name} eq 'fan-control' ? 476 : $part_x;
  line("M$pin_x ${from}m10 0H${turn}V${to}H$end", 'wire ' . wire_class($it));
  my $label = $it->{line} ne '' ? "GPIO $it->{line}" : $it->{direction} eq 'power' ? '5 V' : 'ground';
  text($pin_x + 24, $from - 4, $label, 'small');
  my $series = $it->{through} =~ /^([\d.]+ k?Ω)/ ? $1 : '';
  resistor($it->{name} eq 'fan-control' ? 350 : 330, $it->{name} eq 'fan-control' ? $to : $from, $series) if $series;
}

# --- The transistor: it pulls the fan's control wire down ------------------------------------------------------------
line('M476 160v28', 'part thick');
line('M476 168L500 152V144H566a6 6 0 0 1 12 0H660', 'wire fan-control');
line('M476 180L500 196V222H572V114', 'wire ground');
line('M500 196l-9 -1l4 -6z', 'arrow');
dot(572, 114);
line('M424 174V222H500', 'wire ground');
shape('<rect class="part" x="417" y="184" width="14" height="28"/>');
text(411, 202, '10 kΩ', 'small end');
dot(424, 174);
dot(500, 222);
text(508, 178, 'NPN', 'small');
text(508, 192, 'BC547', 'small');

# --- The parts --------------------------------------------------------------------------------------------------------
sub part { # NAME TOP HEIGHT TITLE
  my ($name, $top, $height, $title) = @_;
  shape(sprintf '<rect class="box" x="%d" y="%d" width="240" height="%d" rx="8"/>', $part_x, $top, $height);
  text($part_x, $top - 8, $title, 'title');
  text($part_x + 12, $leg_y{ $_->{name} } + 4, $_->{leg}) for grep { $_->{part} eq $name } @order;
}
part('fan', 62, 130, 'Fan: 5 V, four wires');
text($part_x + 12, 178, 'speed (green wire): left open', 'small');
part('led', 284, 104, 'Light: red and green LED');
part('button', 424, 74, 'Drain button');
line("M850 446h14m0 0v6m0 18v6h-14M864 452l10 16", 'wire');

my %plug;
push @{ $plug{ $_->{part} } }, $_->{pin} for @order;
my $plugs = join '; ', map { "$_: " . join ', ', @{ $plug{$_} } } sort { $plug{$a}[0] <=> $plug{$b}[0] } keys %plug;
text(230, 536, 'While nothing drives the pin of the fan (the board starts, or its agent is dead) the');
text(230, 554, 'transistor is open, and the fan pulls its control wire up by itself: full speed.');
text(230, 572, "Pins of each plug, all on the outer row: $plugs.");
text(230, 590, 'Where wires cross with a bow they are not joined; a dot joins.');

print <<'HEAD', "@svg[0 .. 0]\n", map({ "$_\n" } @svg[1 .. $#svg]), "</svg>\n";
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 930 610" role="img" aria-label="Wiring of fan, light and button">
  <style>
    text { font: 14px "DejaVu Sans", Verdana, sans-serif; fill: #222 }
    .title { font-weight: bold } .small { font-size: 12px } .number { font-size: 11px } .strong { fill: #fff }
    .mid { text-anchor: middle } .end { text-anchor: end }
    .board { fill: #e8f3ea; stroke: #2e7d4f } .box, .part { fill: #fff; stroke: #444; stroke-width: 1.5 }
    .thick { stroke-width: 4 } .pin { fill: #fff; stroke: #777 } .dot, .arrow { fill: #222 }
    .wire { fill: none; stroke: #222; stroke-width: 2.5 }
    .wire.power { stroke: #b00020 } .pin.power { fill: #b00020 }
    .wire.ground { stroke: #222 } .pin.ground { fill: #222 }
    .wire.fan-control { stroke: #1565c0 } .pin.fan-control { fill: #1565c0 }
    .wire.led-red { stroke: #d84315; stroke-dasharray: 9 4 } .pin.led-red { fill: #d84315 }
    .wire.led-green { stroke: #2e7d32; stroke-dasharray: 3 3 } .pin.led-green { fill: #2e7d32 }
    .wire.button { stroke: #6a1b9a } .pin.button { fill: #6a1b9a }
  </style>
  <rect width="930" height="610" fill="#fff"/>
HEAD
