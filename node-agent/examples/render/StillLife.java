/** What lies on the table: blackberries in a heap, ripe and unripe, leaves of the bush, a blossom, drops of water. */
final class StillLife {
    private static final Vec RIPE = new Vec(0.016, 0.006, 0.020);
    private static final Vec NEARLY_RIPE = new Vec(0.11, 0.010, 0.030);
    private static final Vec RED = new Vec(0.52, 0.035, 0.030);
    private static final Vec PALE = new Vec(0.62, 0.16, 0.07);
    private static final Scene.Surface SEPAL = Scene.Surface.thin((at, u, v) -> new Vec(0.20, 0.34, 0.09), 0.3, 0.25);

    private final Scene.Builder scene = new Scene.Builder();
    private final Chance chance;

    private StillLife(Chance chance) {
        this.chance = chance;
    }

    static Scene of(long seed) {
        StillLife life = new StillLife(new Chance(seed));
        life.heap();
        life.leaves();
        life.blossom(new Vec(-2.4, 0.42, 2.45), new Vec(-0.1, 0.85, 0.52).unit());
        life.drops();
        return life.scene.onTable(new Scene.Surface(StillLife::wood, 0.8, 0.16, 0, false));
    }

    // --- Fruit ------------------------------------------------------------------------------------------------------

    private void heap() {
        berry(-1.05, -0.5, new Vec(0.3, 0.1, 1), 1.0, RIPE, NEARLY_RIPE, false);
        berry(1.0, -0.55, new Vec(-0.25, 0.1, 1), 1.02, RIPE, NEARLY_RIPE, false);
        berry(-0.1, 1.5, new Vec(1, 0.1, 0.2), 0.98, RIPE, NEARLY_RIPE, false);
        berry(0.1, -2.45, new Vec(-1, 0.1, 0.1), 1.0, RIPE, NEARLY_RIPE, false);
        berry(0.02, 0.05, new Vec(0.45, 0.62, 0.3), 1.0, RIPE, NEARLY_RIPE, true);
        berry(-3.0, 0.55, new Vec(-0.6, 0.1, 0.7), 0.96, RIPE, NEARLY_RIPE, false);
        berry(2.9, 0.75, new Vec(0.75, 0.12, -0.5), 0.9, RED, PALE, true);
        berry(1.85, 2.75, new Vec(-0.5, 0.1, 0.8), 0.8, NEARLY_RIPE, RED, false);
    }

    /** Drupelets around a core, in the spiral of the sunflower, let down until they touch what lies there. */
    private void berry(double x, double z, Vec axis, double size, Vec most, Vec some, boolean withSepals) {
        Vec top = axis.plus(new Vec(chance.around(0, 0.12), chance.around(0, 0.06), chance.around(0, 0.12)))
                .unit();
        Vec side = top.cross(new Vec(0.3, 0.2, 0.9)).unit();
        Vec other = top.cross(side);
        int drupelets = 52;
        double golden = StrictMath.PI * (3 - Math.sqrt(5));
        double begin = chance.next() * 6;
        Vec[] centres = new Vec[drupelets];
        double[] radii = new double[drupelets];
        double fall = Double.MAX_VALUE;
        for (int i = 0; i < drupelets; i++) {
            double along = 1 - 2 * (i + 0.5) / drupelets;
            double around = Math.sqrt(1 - along * along) * (0.66 + 0.06 * along);
            double angle = begin + i * golden + chance.around(0, 0.1);
            centres[i] = top.times(0.86 * along)
                    .plus(side.times(around * StrictMath.cos(angle)))
                    .plus(other.times(around * StrictMath.sin(angle)))
                    .times(size)
                    .plus(new Vec(x, 10, z));
            radii[i] = size * chance.around(0.238, 0.018);
            fall = Math.min(fall, scene.fall(centres[i], radii[i]));
        }
        Vec down = new Vec(0, -fall, 0);
        Vec middle = new Vec(x, 10 - fall, z);
        for (int i = 0; i < drupelets; i++) {
            double riper = chance.next();
            Vec colour = most.towards(some, riper * riper * riper * 0.85);
            scene.sphere(centres[i].plus(down), radii[i], Scene.Surface.of(colour, 1, 0.035));
        }
        for (int i = -2; i <= 2; i++) {
            scene.sphere(
                    middle.plus(top.times(0.23 * i * size)), 0.6 * size, Scene.Surface.of(most.times(0.6), 0.3, 0.3));
        }
        if (withSepals) {
            sepals(middle.plus(top.times(0.98 * size)), top, side, other, size);
        }
    }

    private void sepals(Vec at, Vec top, Vec side, Vec other, double size) {
        for (int i = 0; i < 5; i++) {
            double angle = i * StrictMath.PI * 0.4 + chance.around(0, 0.2);
            Vec out = side.times(StrictMath.cos(angle)).plus(other.times(StrictMath.sin(angle)));
            double curl = chance.around(0.25, 0.15);
            scene.sheet(
                    net(14, 6, (s, t) -> {
                        double wide = 0.17 * Math.sqrt(s) * (1 - s) * 2.4;
                        return at.plus(out.times(size * (0.62 * s)))
                                .plus(top.times(size * (0.04 - 0.55 * s * s + curl * s * s * s + 0.06 * t * t)))
                                .plus(top.cross(out).times(size * wide * t));
                    }),
                    SEPAL);
        }
        for (int i = 0; i < 26; i++) {
            double s = i / 25.0;
            scene.sphere(
                    at.plus(top.times(size * 0.75 * s)).plus(side.times(size * 0.16 * s * s)),
                    size * (0.062 - 0.012 * s),
                    Scene.Surface.of(new Vec(0.24, 0.30, 0.10), 0.4, 0.3));
        }
    }

    // --- Green ------------------------------------------------------------------------------------------------------

    interface Bend {
        Vec at(double s, double t);
    }

    private static Vec[][] net(int along, int across, Bend bend) {
        Vec[][] net = new Vec[along + 1][across + 1];
        for (int i = 0; i <= along; i++) {
            for (int j = 0; j <= across; j++) {
                net[i][j] = bend.at((double) i / along, 2.0 * j / across - 1);
            }
        }
        return net;
    }

    private void leaves() {
        leaf(new Vec(-1.3, 0.9, -1.5), new Vec(-1, 0.30, -0.2), 3.6, 0.25);
        leaf(new Vec(-0.5, 1.2, -1.8), new Vec(-0.45, 0.72, -0.6), 3.4, -0.1);
        leaf(new Vec(0.9, 1.0, -1.8), new Vec(0.8, 0.55, -0.6), 3.4, -0.2);
        leaf(new Vec(-1.2, 0.1, 1.5), new Vec(-1, -0.02, 0.42), 2.9, 0.1);
        leaf(new Vec(2.2, 0.35, -0.9), new Vec(1, 0.10, -0.35), 3.2, -0.1);
    }

    /** @param roll to which side it leans */
    private void leaf(Vec stalk, Vec direction, double length, double roll) {
        Vec ahead = direction.unit();
        Vec flat = ahead.cross(Vec.UP).unit();
        Vec up = flat.cross(ahead).plus(flat.times(roll)).unit();
        Vec side = ahead.cross(up).unit();
        double bow = chance.around(0.30, 0.06);
        double tone = chance.around(0, 1);
        scene.sheet(
                net(70, 12, (s, t) -> {
                    double tooth = s * 17 - Math.floor(s * 17);
                    double wide =
                            1.02 * Math.sqrt(s) * StrictMath.pow(1 - s, 0.75) * (1 - 0.13 * tooth * t * t * t * t);
                    double vein = triangle(s * 8 - Math.abs(t) * 1.5);
                    double high = bow * (s - 1.35 * s * s)
                            + 0.24 * Math.abs(t) * wide
                            - 0.1 * t * t
                            + 0.035 * vein * (1 - s) * Math.min(1, Math.abs(t) * 4);
                    Vec at = stalk.plus(ahead.times(length * s))
                            .plus(side.times(length * 0.5 * wide * t))
                            .plus(up.times(length * high));
                    return at.y() < 0.03 ? new Vec(at.x(), 0.03 + 0.001 * s, at.z()) : at;
                }),
                Scene.Surface.thin((at, u, v) -> green(u, v, tone), 0.55, 0.38));
    }

    /** 1 at whole numbers, −1 between them. */
    private static double triangle(double x) {
        return 4 * Math.abs(x - Math.floor(x) - 0.5) - 1;
    }

    private static Vec green(double u, double v, double tone) {
        Vec blade = new Vec(0.085, 0.20, 0.035).towards(new Vec(0.13, 0.25, 0.03), 0.5 + 0.5 * tone);
        double side = Math.max(0, (triangle(u * 8 - Math.abs(v) * 1.5) - 0.80) * 5);
        double rib = Math.max(0, 1 - Math.abs(v) * 22);
        double patch = Grain.cloud(u * 9, v * 5, 3 + tone) * 0.5 + 0.72;
        return blade.times(patch).towards(new Vec(0.30, 0.42, 0.12), Math.min(1, Math.max(rib, side * 0.6)) * 0.75);
    }

    private void blossom(Vec at, Vec facing) {
        Vec side = facing.cross(new Vec(0.1, 0.2, 1)).unit();
        Vec other = facing.cross(side);
        for (int i = 0; i < 5; i++) {
            double angle = i * StrictMath.PI * 0.4 + chance.around(0, 0.07);
            double lift = chance.around(0.12, 0.05);
            Vec out = side.times(StrictMath.cos(angle)).plus(other.times(StrictMath.sin(angle)));
            Vec wide = facing.cross(out);
            scene.sheet(
                    net(
                            20,
                            12,
                            (s, t) -> at.plus(out.times(0.1 + 0.92 * s - 0.10 * s * s * t * t))
                                    .plus(wide.times(
                                            1.12 * t * Math.sqrt(s) * Math.sqrt(1 - 0.985 * s * s * s) * 0.42 * 1.15))
                                    .plus(facing.times(lift * s
                                            + 0.16 * s * s
                                            - 0.10 * t * t * s
                                            + 0.03 * triangle(s * 1.5 + t * 1.2 + angle)))),
                    Scene.Surface.thin(
                            (p, u, v) -> new Vec(0.86, 0.78, 0.80).towards(new Vec(0.84, 0.58, 0.68), u * u * 0.7),
                            0.15,
                            0.4));
        }
        for (int i = 0; i < 44; i++) {
            double reach = 0.11 + 0.2 * Math.sqrt(i / 44.0);
            double angle = i * 2.39996;
            Vec out = side.times(StrictMath.cos(angle)).plus(other.times(StrictMath.sin(angle)));
            Vec tip = at.plus(out.times(reach)).plus(facing.times(chance.around(0.36, 0.05) - 0.3 * reach));
            scene.sphere(tip, 0.032, Scene.Surface.of(new Vec(0.75, 0.55, 0.10), 0.3, 0.3));
            for (int part = 1; part < 7; part++) {
                Vec foot = at.plus(out.times(reach * 0.35));
                scene.sphere(foot.towards(tip, part / 7.0), 0.012, Scene.Surface.of(new Vec(0.8, 0.8, 0.6), 0, 0));
            }
        }
        scene.sphere(at.plus(facing.times(0.05)), 0.15, Scene.Surface.of(new Vec(0.4, 0.5, 0.12), 0.3, 0.3));
    }

    // --- Table ------------------------------------------------------------------------------------------------------

    /** Each a part of a ball, the rest of it under the table. */
    private void drops() {
        Scene.Surface water = Scene.Surface.clear(new Vec(1, 1, 1));
        for (int i = 0; i < 60; i++) {
            double radius = 0.06 + 0.17 * chance.next() * chance.next();
            Vec at = new Vec(chance.around(0.3, 3.4), 0, chance.around(2.9, 1.9));
            if (scene.fall(new Vec(at.x(), radius, at.z()), radius) > -1e-9) {
                scene.sphere(new Vec(at.x(), -0.25 * radius, at.z()), radius, water);
            }
        }
    }

    /** Old planks, a little askew. */
    private static Vec wood(Vec at, double u, double v) {
        double along = at.x() * 0.97 + at.z() * 0.26;
        double across = at.z() * 0.97 - at.x() * 0.26 + 20;
        double plank = Math.floor(across / 1.9);
        double inPlank = across - plank * 1.9;
        double shift = plank * 17.3;
        double wave = Grain.cloud(along * 0.35 + shift, across * 0.9, 1) * 1.6;
        double ring = triangle(across * 2.1 + wave * 2.2 + shift);
        double fibre = Grain.cloud(along * 1.3 + shift, across * 26, 2);
        double fine = Grain.cloud(along * 5 + shift, across * 90, 4);
        double light = Vec.clamp(
                0.42
                        + 0.20 * ring * fibre
                        + 0.42 * (fibre - 0.5)
                        + 0.22 * (fine - 0.5)
                        + 0.16 * (Grain.cloud(shift, 0.5, 5) - 0.5),
                0.0,
                1.0);
        Vec colour = new Vec(0.085, 0.045, 0.026).towards(new Vec(0.42, 0.265, 0.155), light);
        double gap = Math.min(inPlank, 1.9 - inPlank);
        return colour.times(Vec.clamp((gap - 0.012) * 22, 0.06, 1.0));
    }
}
