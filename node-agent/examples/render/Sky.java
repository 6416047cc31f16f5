import java.util.ArrayList;
import java.util.List;

/** Where light comes from: a window of four panes, and a garden out of focus all around. */
final class Sky {
    private static final Vec CENTRE = new Vec(-5.2, 7.4, -2.6);
    private static final Vec WIDE = new Vec(0.62, 0, -0.78).unit().times(2.2);
    static final Vec WINDOW_FACES = new Vec(0, 1, 0).minus(CENTRE).unit();
    private static final Vec HIGH = WIDE.cross(WINDOW_FACES).unit().times(2.2);
    static final double WINDOW_AREA = 4 * 2.2 * 2.2;
    private static final Vec BRIGHT = new Vec(27, 23.5, 18.5);
    private static final double BAR = 0.045;
    private static final List<Spot> SPOTS = spots();

    private record Spot(Vec direction, double cosine, Vec light) {}

    private Sky() {}

    static Vec window(double u, double v) {
        return CENTRE.plus(WIDE.times(2 * u - 1)).plus(HIGH.times(2 * v - 1));
    }

    static Vec pane(double u, double v) {
        boolean bar = Math.abs(u - 0.5) < BAR / 2 || Math.abs(v - 0.5) < BAR / 2;
        return bar ? Vec.ZERO : BRIGHT;
    }

    static boolean findWindow(Vec from, Vec direction, Hit hit) {
        double slope = direction.dot(WINDOW_FACES);
        double distance = CENTRE.minus(from).dot(WINDOW_FACES) / slope;
        if (slope >= 0 || distance <= 0 || distance >= hit.distance) {
            return false;
        }
        Vec at = from.plus(direction.times(distance)).minus(CENTRE);
        double u = at.dot(WIDE) / WIDE.dot(WIDE) / 2 + 0.5;
        double v = at.dot(HIGH) / HIGH.dot(HIGH) / 2 + 0.5;
        if (u < 0 || u > 1 || v < 0 || v > 1) {
            return false;
        }
        hit.distance = distance;
        hit.window = true;
        hit.u = u;
        hit.v = v;
        return true;
    }

    /** Green below, a pale evening above, and spots of sun between leaves far behind. */
    static Vec light(Vec d) {
        double high = Vec.clamp(d.y() * 1.6 + 0.35, 0.0, 1.0);
        Vec base = new Vec(0.035, 0.06, 0.022).towards(new Vec(0.42, 0.5, 0.56), high * high);
        double front = Math.max(0, 0.55 * d.z() + 0.45 * d.x() + 0.5 * d.y() - 0.35);
        base = base.plus(new Vec(0.85, 0.9, 1.05).times(front));
        double behind = Math.max(0, -d.z());
        base = base.towards(new Vec(0.16, 0.2, 0.05), 0.75 * behind * Math.max(0, 1 - Math.abs(d.y() - 0.02) * 4.5));
        if (behind > 0.6) {
            for (Spot spot : SPOTS) {
                double inside = (d.dot(spot.direction()) - spot.cosine()) / (1 - spot.cosine());
                if (inside > 0) {
                    base = base.plus(spot.light().times(Math.min(1, inside * 6) * (1.15 - 0.4 * inside)));
                }
            }
        }
        return base;
    }

    private static List<Spot> spots() {
        List<Spot> spots = new ArrayList<>();
        Chance chance = new Chance(7);
        for (int i = 0; i < 90; i++) {
            double radius = 0.012 + 0.024 * chance.next();
            Vec at = new Vec(1.5 * chance.next() - 0.75, 0.5 * chance.next() - 0.36, -1).unit();
            Vec colour = new Vec(0.30, 0.36, 0.06).towards(new Vec(0.62, 0.46, 0.16), chance.next());
            spots.add(new Spot(at, 1 - radius * radius / 2, colour.times(0.25 + 0.9 * chance.next())));
        }
        return List.copyOf(spots);
    }
}
