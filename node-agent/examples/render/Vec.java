/** A place, a direction or a colour. */
record Vec(double x, double y, double z) {
    static final Vec ZERO = new Vec(0, 0, 0);
    static final Vec UP = new Vec(0, 1, 0);

    Vec plus(Vec o) {
        return new Vec(x + o.x, y + o.y, z + o.z);
    }

    Vec minus(Vec o) {
        return new Vec(x - o.x, y - o.y, z - o.z);
    }

    Vec times(double s) {
        return new Vec(x * s, y * s, z * s);
    }

    Vec times(Vec o) {
        return new Vec(x * o.x, y * o.y, z * o.z);
    }

    double dot(Vec o) {
        return x * o.x + y * o.y + z * o.z;
    }

    Vec cross(Vec o) {
        return new Vec(y * o.z - z * o.y, z * o.x - x * o.z, x * o.y - y * o.x);
    }

    Vec unit() {
        return times(1 / Math.sqrt(dot(this)));
    }

    double largest() {
        return Math.max(x, Math.max(y, z));
    }

    Vec towards(Vec o, double part) {
        return times(1 - part).plus(o.times(part));
    }

    /** The same colour, not brighter than that. */
    Vec atMost(double most) {
        return largest() <= most ? this : times(most / largest());
    }

    static double clamp(double x, double least, double most) {
        return Math.max(least, Math.min(most, x));
    }

    double axis(int i) {
        return i == 0 ? x : i == 1 ? y : z;
    }

    /** A point of the unit disk, evenly: the square's rings become the disk's. */
    static Vec disk(double u, double v) {
        double a = 2 * u - 1;
        double b = 2 * v - 1;
        if (a == 0 && b == 0) {
            return ZERO;
        }
        boolean wide = a * a > b * b;
        double radius = wide ? a : b;
        double angle = Math.PI / 4 * (wide ? b / a : a / b);
        double s = angle * angle;
        double sin = angle * (1 - s / 6 * (1 - s / 20 * (1 - s / 42 * (1 - s / 72))));
        double cos = 1 - s / 2 * (1 - s / 12 * (1 - s / 30 * (1 - s / 56)));
        return wide ? new Vec(radius * cos, radius * sin, 0) : new Vec(radius * sin, radius * cos, 0);
    }

    /** A point of the unit sphere's surface, evenly. */
    static Vec sphere(double u, double v) {
        Vec disk = disk(u, v);
        double s = disk.dot(disk);
        double stretch = 2 * Math.sqrt(Math.max(0, 1 - s));
        return new Vec(disk.x * stretch, disk.y * stretch, 1 - 2 * s);
    }
}
