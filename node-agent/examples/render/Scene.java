import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** All shapes, and the tree of boxes that finds the first on a ray's way without asking each of them. */
final class Scene {
    /** @param gloss 1 for a clear coat, 0 for none; @param through share of the dull light that goes on behind */
    record Surface(Paint colour, double gloss, double roughness, double through, boolean glass) {
        static Surface of(Vec colour, double gloss, double roughness) {
            return new Surface((at, u, v) -> colour, gloss, roughness, 0, false);
        }

        static Surface thin(Paint colour, double gloss, double through) {
            return new Surface(colour, gloss, 0.3, through, false);
        }

        static Surface clear(Vec colour) {
            return new Surface((at, u, v) -> colour, 1, 0, 0, true);
        }
    }

    interface Paint {
        Vec at(Vec place, double u, double v);
    }

    /** The table is all of y = 0 up to its far edge. */
    static final double TABLE_EDGE = -8;

    private static final int TABLE = -2;
    private static final int LEAF_SHAPES_MAX = 3;
    /** Of a sphere its centre and radius; of a triangle a corner, two edges, three normals, u and v of its corners. */
    private static final int NUMBERS = 25;

    private final double[] shapes;
    private final Surface[] surfaces;
    private final Surface table;
    private final double[] boxes;
    /** Of a branch minus the place of its second child; of a leaf the first of its shapes. */
    private final int[] first;

    private final int[] count;
    private final int[] order;
    private int nodes;

    private Scene(List<double[]> shapes, List<Surface> surfaces, Surface table) {
        int size = shapes.size();
        this.table = table;
        this.surfaces = new Surface[size];
        this.shapes = new double[size * NUMBERS];
        boxes = new double[size * 2 * 6];
        first = new int[size * 2];
        count = new int[size * 2];
        order = new int[size];
        double[][] bounds = new double[size][];
        for (int i = 0; i < size; i++) {
            order[i] = i;
            bounds[i] = bounds(shapes.get(i));
        }
        build(bounds, 0, size);
        for (int i = 0; i < size; i++) {
            double[] shape = shapes.get(order[i]);
            System.arraycopy(shape, 0, this.shapes, i * NUMBERS, shape.length);
            this.shapes[i * NUMBERS + NUMBERS - 1] = shape.length;
            this.surfaces[i] = surfaces.get(order[i]);
        }
    }

    private static boolean isSphere(double length) {
        return length == 4;
    }

    private static double[] bounds(double[] s) {
        if (isSphere(s.length)) {
            return new double[] {s[0] - s[3], s[1] - s[3], s[2] - s[3], s[0] + s[3], s[1] + s[3], s[2] + s[3]};
        }
        double[] box = new double[6];
        for (int axis = 0; axis < 3; axis++) {
            double a = s[axis];
            double b = a + s[3 + axis];
            double c = a + s[6 + axis];
            box[axis] = Math.min(a, Math.min(b, c)) - 1e-9;
            box[3 + axis] = Math.max(a, Math.max(b, c)) + 1e-9;
        }
        return box;
    }

    // --- The tree ---------------------------------------------------------------------------------------------------

    private int build(double[][] bounds, int from, int to) {
        int node = nodes++;
        double[] box = {1e30, 1e30, 1e30, -1e30, -1e30, -1e30};
        for (int i = from; i < to; i++) {
            grow(box, bounds[order[i]]);
        }
        System.arraycopy(box, 0, boxes, node * 6, 6);
        if (to - from <= LEAF_SHAPES_MAX) {
            first[node] = from;
            count[node] = to - from;
            return node;
        }
        int middle = split(bounds, from, to, box);
        build(bounds, from, middle);
        first[node] = -build(bounds, middle, to);
        return node;
    }

    private static void grow(double[] box, double[] by) {
        for (int axis = 0; axis < 3; axis++) {
            box[axis] = Math.min(box[axis], by[axis]);
            box[3 + axis] = Math.max(box[3 + axis], by[3 + axis]);
        }
    }

    /** Sorts along the longest side, and cuts where the two boxes are hit least often for the shapes in them. */
    private int split(double[][] bounds, int from, int to, double[] box) {
        int longest = 0;
        for (int axis = 1; axis < 3; axis++) {
            if (box[3 + axis] - box[axis] > box[3 + longest] - box[longest]) {
                longest = axis;
            }
        }
        int axis = longest;
        Integer[] sorted = Arrays.stream(order, from, to).boxed().toArray(Integer[]::new);
        Arrays.sort(
                sorted,
                (a, b) -> Double.compare(bounds[a][axis] + bounds[a][3 + axis], bounds[b][axis] + bounds[b][3 + axis]));
        int size = to - from;
        double[] right = new double[size];
        double[] growing = {1e30, 1e30, 1e30, -1e30, -1e30, -1e30};
        for (int i = size - 1; i > 0; i--) {
            grow(growing, bounds[sorted[i]]);
            right[i] = area(growing) * (size - i);
        }
        growing = new double[] {1e30, 1e30, 1e30, -1e30, -1e30, -1e30};
        double least = Double.MAX_VALUE;
        int best = size / 2;
        for (int i = 1; i < size; i++) {
            grow(growing, bounds[sorted[i - 1]]);
            double cost = area(growing) * i + right[i];
            if (cost < least) {
                least = cost;
                best = i;
            }
        }
        for (int i = 0; i < size; i++) {
            order[from + i] = sorted[i];
        }
        return from + best;
    }

    private static double area(double[] box) {
        double x = box[3] - box[0];
        double y = box[4] - box[1];
        double z = box[5] - box[2];
        return x * y + y * z + z * x;
    }

    // --- Rays -------------------------------------------------------------------------------------------------------

    Surface surface(Hit hit) {
        return hit.shape == TABLE ? table : surfaces[hit.shape];
    }

    /** Whether the ray meets anything; what it meets first is then in the hit. */
    boolean find(Vec from, Vec direction, Hit hit) {
        boolean found = Sky.findWindow(from, direction, hit);
        if (findTable(from, direction, hit)) {
            found = true;
        }
        if (walk(from, direction, hit, false)) {
            found = true;
            hit.window = false;
            hit.normal = normal(from.plus(direction.times(hit.distance)), hit);
        }
        return found;
    }

    /**
     * Whether anything is nearer than the hit's distance. Clear things cast no shadow: the light that they gather into
     * a bright spot instead would take a hundred times the paths to find.
     */
    boolean findSolid(Vec from, Vec direction, Hit hit) {
        return findTable(from, direction, hit) || walk(from, direction, hit, true);
    }

    private static boolean findTable(Vec from, Vec direction, Hit hit) {
        double distance = -from.y() / direction.y();
        if (!(distance > 1e-9) || distance >= hit.distance || from.z() + distance * direction.z() < TABLE_EDGE) {
            return false;
        }
        hit.distance = distance;
        hit.shape = TABLE;
        hit.window = false;
        hit.normal = Vec.UP;
        return true;
    }

    private boolean walk(Vec from, Vec direction, Hit hit, boolean any) {
        double[] o = hit.origin;
        double[] d = hit.direction;
        double[] inverse = hit.inverse;
        for (int axis = 0; axis < 3; axis++) {
            o[axis] = from.axis(axis);
            d[axis] = direction.axis(axis);
            inverse[axis] = 1 / d[axis];
        }
        int[] stack = hit.stack;
        int depth = 0;
        boolean found = false;
        int node = 0;
        double near = enters(0, o, inverse, hit.distance);
        while (true) {
            if (near < hit.distance) {
                if (count[node] == 0) {
                    int left = node + 1;
                    int right = -first[node];
                    double toLeft = enters(left, o, inverse, hit.distance);
                    double toRight = enters(right, o, inverse, hit.distance);
                    boolean leftFirst = toLeft <= toRight;
                    double far = leftFirst ? toRight : toLeft;
                    if (far < hit.distance) {
                        hit.entries[depth] = far;
                        stack[depth++] = leftFirst ? right : left;
                    }
                    node = leftFirst ? left : right;
                    near = leftFirst ? toLeft : toRight;
                    continue;
                }
                for (int i = first[node]; i < first[node] + count[node]; i++) {
                    found |= !(any && surfaces[i].glass()) && meets(i, o, d, hit);
                }
                if (found && any) {
                    return true;
                }
            }
            if (depth == 0) {
                return found;
            }
            node = stack[--depth];
            near = hit.entries[depth];
        }
    }

    /** How far it is to the box; as good as infinitely when the ray misses it. */
    private double enters(int node, double[] o, double[] inverse, double most) {
        double near = 0;
        double far = most;
        for (int axis = 0; axis < 3; axis++) {
            double a = (boxes[node * 6 + axis] - o[axis]) * inverse[axis];
            double b = (boxes[node * 6 + 3 + axis] - o[axis]) * inverse[axis];
            near = Math.max(near, Math.min(a, b));
            far = Math.min(far, Math.max(a, b));
        }
        return near <= far ? near : Double.MAX_VALUE;
    }

    private boolean meets(int i, double[] o, double[] d, Hit hit) {
        int at = i * NUMBERS;
        return isSphere(shapes[at + NUMBERS - 1]) ? meetsSphere(i, at, o, d, hit) : meetsTriangle(i, at, o, d, hit);
    }

    private boolean meetsSphere(int i, int at, double[] o, double[] d, Hit hit) {
        double x = shapes[at] - o[0];
        double y = shapes[at + 1] - o[1];
        double z = shapes[at + 2] - o[2];
        double radius = shapes[at + 3];
        double along = x * d[0] + y * d[1] + z * d[2];
        double aside = x * x + y * y + z * z - along * along;
        if (aside > radius * radius) {
            return false;
        }
        double half = Math.sqrt(radius * radius - aside);
        double distance = along - half > 1e-6 ? along - half : along + half;
        if (distance <= 1e-6 || distance >= hit.distance) {
            return false;
        }
        hit.distance = distance;
        hit.shape = i;
        return true;
    }

    /** Möller and Trumbore's. */
    private boolean meetsTriangle(int i, int at, double[] o, double[] d, Hit hit) {
        double ax = shapes[at + 3];
        double ay = shapes[at + 4];
        double az = shapes[at + 5];
        double bx = shapes[at + 6];
        double by = shapes[at + 7];
        double bz = shapes[at + 8];
        double px = d[1] * bz - d[2] * by;
        double py = d[2] * bx - d[0] * bz;
        double pz = d[0] * by - d[1] * bx;
        double inverse = 1 / (ax * px + ay * py + az * pz);
        double sx = o[0] - shapes[at];
        double sy = o[1] - shapes[at + 1];
        double sz = o[2] - shapes[at + 2];
        double u = (sx * px + sy * py + sz * pz) * inverse;
        if (!(u >= 0 && u <= 1)) {
            return false;
        }
        double qx = sy * az - sz * ay;
        double qy = sz * ax - sx * az;
        double qz = sx * ay - sy * ax;
        double v = (d[0] * qx + d[1] * qy + d[2] * qz) * inverse;
        double distance = (bx * qx + by * qy + bz * qz) * inverse;
        if (v < 0 || u + v > 1 || distance <= 1e-6 || distance >= hit.distance) {
            return false;
        }
        hit.distance = distance;
        hit.shape = i;
        hit.u = u;
        hit.v = v;
        return true;
    }

    private Vec normal(Vec at, Hit hit) {
        int s = hit.shape * NUMBERS;
        if (isSphere(shapes[s + NUMBERS - 1])) {
            return at.minus(vec(s)).times(1 / shapes[s + 3]);
        }
        double w = 1 - hit.u - hit.v;
        Vec normal = vec(s + 9)
                .times(w)
                .plus(vec(s + 12).times(hit.u))
                .plus(vec(s + 15).times(hit.v))
                .unit();
        // Now u and v are the surface's, not the triangle's.
        double u = shapes[s + 18] * w + shapes[s + 19] * hit.u + shapes[s + 20] * hit.v;
        hit.v = shapes[s + 21] * w + shapes[s + 22] * hit.u + shapes[s + 23] * hit.v;
        hit.u = u;
        return normal;
    }

    private Vec vec(int at) {
        return new Vec(shapes[at], shapes[at + 1], shapes[at + 2]);
    }

    // --- Building ---------------------------------------------------------------------------------------------------

    /** Takes the shapes one by one. */
    static final class Builder {
        private final List<double[]> shapes = new ArrayList<>();
        private final List<Surface> surfaces = new ArrayList<>();

        void sphere(Vec centre, double radius, Surface surface) {
            shapes.add(new double[] {centre.x(), centre.y(), centre.z(), radius});
            surfaces.add(surface);
        }

        /** A bent sheet over a net of points, smooth across its triangles; u runs from 0 to 1, v from −1 to 1. */
        void sheet(Vec[][] net, Surface surface) {
            for (int i = 0; i + 1 < net.length; i++) {
                for (int j = 0; j + 1 < net[i].length; j++) {
                    triangle(net, new int[] {i, j, i + 1, j, i, j + 1}, surface);
                    triangle(net, new int[] {i + 1, j + 1, i, j + 1, i + 1, j}, surface);
                }
            }
        }

        private void triangle(Vec[][] net, int[] corners, Surface surface) {
            double[] shape = new double[NUMBERS - 1];
            Vec first = net[corners[0]][corners[1]];
            put(shape, 0, first);
            for (int corner = 0; corner < 3; corner++) {
                int i = corners[corner * 2];
                int j = corners[corner * 2 + 1];
                if (corner > 0) {
                    put(shape, corner * 3, net[i][j].minus(first));
                }
                put(shape, 9 + corner * 3, normal(net, i, j));
                shape[18 + corner] = i / (net.length - 1.0);
                shape[21 + corner] = 2 * j / (net[i].length - 1.0) - 1;
            }
            if (new Vec(shape[3], shape[4], shape[5])
                            .cross(new Vec(shape[6], shape[7], shape[8]))
                            .largest()
                    != 0) {
                shapes.add(shape);
                surfaces.add(surface);
            }
        }

        private static Vec normal(Vec[][] net, int i, int j) {
            // Where the net ends in one point, its neighbour's serves.
            int row = Math.max(1, Math.min(i, net.length - 2));
            Vec along = net[row + 1][j].minus(net[row - 1][j]);
            Vec across = net[row][Math.min(j + 1, net[row].length - 1)].minus(net[row][Math.max(j - 1, 0)]);
            return across.cross(along).unit();
        }

        private static void put(double[] shape, int at, Vec vec) {
            shape[at] = vec.x();
            shape[at + 1] = vec.y();
            shape[at + 2] = vec.z();
        }

        /** How far a ball may sink straight down before it touches a ball or the table. */
        double fall(Vec centre, double radius) {
            double rest = radius;
            for (double[] other : shapes) {
                if (isSphere(other.length)) {
                    double reach = radius + other[3];
                    double x = centre.x() - other[0];
                    double z = centre.z() - other[2];
                    double high = reach * reach - x * x - z * z;
                    rest = high > 0 ? Math.max(rest, other[1] + Math.sqrt(high)) : rest;
                }
            }
            return centre.y() - rest;
        }

        Scene onTable(Surface table) {
            return new Scene(shapes, surfaces, table);
        }
    }
}
