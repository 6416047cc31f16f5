/** Sends paths through each pixel and takes their mean. */
record Tracer(Render.Settings settings, Scene scene, Vec eye, Vec right, Vec up, Vec ahead) {
    private static final int BOUNCES_MAX = 8;
    /** A path may find the window through a drop of water; unlimited, one such path is a white dot in the picture. */
    private static final double INDIRECT_MAX = 4;

    private static final double EPSILON = 1e-5;

    private static final Vec TARGET = new Vec(0.05, 1.22, 0.2);
    /** Half the picture's width at distance 1. */
    private static final double HALF_WIDTH = 0.425;

    private static final double LENS_RADIUS = 0.13;
    /** From the eye to what is sharp: the front of the heap. */
    private static final double FOCUS = 10.0;

    static Tracer of(Render.Settings settings, Scene scene) {
        double angle = settings.turn() * StrictMath.PI / 180;
        Vec from = new Vec(10.6 * StrictMath.sin(angle), 4.4, 10.6 * StrictMath.cos(angle)).times(settings.distance());
        Vec ahead = TARGET.minus(from).unit();
        Vec right = ahead.cross(new Vec(0, 1, 0)).unit();
        return new Tracer(settings, scene, from, right, right.cross(ahead), ahead);
    }

    Render.Tile tile(int number) {
        int column = number % settings.columns();
        int row = number / settings.columns();
        int x = column * settings.width() / settings.columns();
        int y = row * settings.height() / settings.rows();
        int width = (column + 1) * settings.width() / settings.columns() - x;
        int height = (row + 1) * settings.height() / settings.rows() - y;
        float[] light = new float[width * height * Render.Tile.NUMBERS];
        Hit hit = new Hit();
        for (int i = 0; i < width * height; i++) {
            pixel(x + i % width, y + i / width, hit, light, i * Render.Tile.NUMBERS);
        }
        return new Render.Tile(settings.width(), settings.height(), x, y, width, height, light);
    }

    private void pixel(int x, int y, Hit hit, float[] light, int at) {
        Dice dice = new Dice(settings.samples(), Dice.hash(settings.seed() * 0x9E3779B9L + y * 65_537L + x));
        Vec sum = Vec.ZERO;
        Vec squares = Vec.ZERO;
        for (int sample = 0; sample < settings.samples(); sample++) {
            dice.sample(sample);
            dice.pair();
            double px = x + 0.5 + tent(dice.first);
            double py = y + 0.5 + tent(dice.second);
            Vec towards = ahead.plus(right.times((2 * px / settings.width() - 1) * HALF_WIDTH))
                    .plus(up.times((settings.height() - 2 * py) / settings.width() * HALF_WIDTH));
            dice.pair();
            Vec lens = Vec.disk(dice.first, dice.second).times(LENS_RADIUS);
            Vec origin = eye.plus(right.times(lens.x())).plus(up.times(lens.y()));
            double focus = FOCUS * settings.distance();
            Vec one = light(origin, eye.plus(towards.times(focus)).minus(origin).unit(), dice, hit);
            sum = sum.plus(one);
            squares = squares.plus(one.times(one));
        }
        int n = settings.samples();
        Vec mean = sum.times(1.0 / n);
        Vec variance = squares.times(1.0 / n).minus(mean.times(mean)).times(1.0 / n);
        light[at] = (float) mean.x();
        light[at + 1] = (float) mean.y();
        light[at + 2] = (float) mean.z();
        light[at + 3] = (float) ((variance.x() + variance.y() + variance.z()) / 3);
    }

    /** Soft steps at edges: samples lie around the pixel's middle as a tent of two pixels' width. */
    private static double tent(double u) {
        return u < 0.5 ? Math.sqrt(2 * u) - 1 : 1 - Math.sqrt(2 - 2 * u);
    }

    /** What arrives along one path. */
    private Vec light(Vec from, Vec direction, Dice dice, Hit hit) {
        Vec sum = Vec.ZERO;
        Vec share = new Vec(1, 1, 1);
        boolean seesWindow = true;
        for (int bounce = 0; bounce < BOUNCES_MAX; bounce++) {
            double most = bounce == 0 ? 1e9 : INDIRECT_MAX;
            hit.reset();
            if (!scene.find(from, direction, hit)) {
                Vec sky = Sky.light(direction);
                return sum.plus(share.times(sky).atMost(most));
            }
            if (hit.window) {
                return seesWindow ? sum.plus(share.times(Sky.pane(hit.u, hit.v)).atMost(most)) : sum;
            }
            Vec at = from.plus(direction.times(hit.distance));
            Vec normal = hit.normal;
            boolean outside = normal.dot(direction) < 0;
            Vec facing = outside ? normal : normal.times(-1);
            Scene.Surface surface = scene.surface(hit);
            Vec colour = surface.colour().at(at, hit.u, hit.v);
            dice.pair();
            double choice = dice.first;
            double mirrored = Optics.mirrored(-facing.dot(direction), surface.glass() && !outside);
            if (surface.glass()) {
                Vec bent = Optics.bent(direction, facing, outside ? 1 / Optics.INDEX : Optics.INDEX);
                direction = choice < mirrored || bent == null ? Optics.mirror(direction, facing) : bent;
                share = outside ? share : share.times(colour);
                seesWindow = true;
            } else {
                // The shiny coat or what is beneath it, each as often as it matters.
                double gloss = mirrored * surface.gloss();
                double often =
                        Vec.clamp(gloss / (gloss + (1 - gloss) * colour.largest()), bounce == 0 ? 0.25 : 0.05, 0.95);
                if (choice < often) {
                    dice.pair();
                    Vec rough = Vec.sphere(dice.first, dice.second).times(surface.roughness());
                    direction = Optics.mirror(direction, facing).plus(rough).unit();
                    if (direction.dot(facing) < 0) {
                        direction = Optics.mirror(direction, facing);
                    }
                    share = share.times(gloss / often);
                    seesWindow = true;
                } else {
                    share = share.times(colour).times((1 - gloss) / (1 - often));
                    dice.pair();
                    Vec direct = fromWindow(at, facing, surface.through(), dice, hit);
                    sum = sum.plus(share.times(direct).atMost(most));
                    dice.pair();
                    // Light goes on through a leaf; the rest of the first choice decides.
                    boolean through = (choice - often) / (1 - often) < surface.through();
                    facing = through ? facing.times(-1) : facing;
                    direction = facing.plus(Vec.sphere(dice.first, dice.second).times(0.9999))
                            .unit();
                    seesWindow = false;
                }
            }
            from = at.plus(facing.times(direction.dot(facing) > 0 ? EPSILON : -EPSILON));
            if (bounce > 0) {
                double alive = Math.min(0.95, 1.6 * share.largest());
                dice.pair();
                if (dice.first >= alive) {
                    return sum;
                }
                share = share.times(1 / alive);
            }
        }
        return sum;
    }

    /** Light that reaches a dull surface straight from the window: one ray to a point on it. */
    private Vec fromWindow(Vec at, Vec facing, double through, Dice dice, Hit hit) {
        double u = dice.first;
        double v = dice.second;
        Vec towards = Sky.window(u, v).minus(at);
        double distance = Math.sqrt(towards.dot(towards));
        Vec direction = towards.times(1 / distance);
        double here = direction.dot(facing);
        double there = -direction.dot(Sky.WINDOW_FACES);
        double part = here > 0 ? 1 - through : through;
        if (there <= 0 || part == 0) {
            return Vec.ZERO;
        }
        Vec pane = Sky.pane(u, v);
        hit.reset();
        hit.distance = distance - 1e-3;
        Vec start = at.plus(facing.times(here > 0 ? EPSILON : -EPSILON));
        if (pane.largest() == 0 || scene.findSolid(start, direction, hit)) {
            return Vec.ZERO;
        }
        return pane.times(part * Math.abs(here) * there * Sky.WINDOW_AREA / (Math.PI * distance * distance));
    }
}
