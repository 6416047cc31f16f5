/** Irregular patterns: values between 0 and 1 that vary smoothly over a plane. */
final class Grain {
    private Grain() {}

    /** Two octaves of it. */
    static double cloud(double x, double y, double seed) {
        return 0.67 * smooth(x, y, seed) + 0.33 * smooth(x * 2.1 + 5.7, y * 2.1 + 1.3, seed + 9);
    }

    private static double smooth(double x, double y, double seed) {
        long i = (long) Math.floor(x);
        long j = (long) Math.floor(y);
        double a = eased(x - i);
        double b = eased(y - j);
        double near = corner(i, j, seed) * (1 - a) + corner(i + 1, j, seed) * a;
        double far = corner(i, j + 1, seed) * (1 - a) + corner(i + 1, j + 1, seed) * a;
        return near * (1 - b) + far * b;
    }

    private static double eased(double t) {
        return t * t * (3 - 2 * t);
    }

    private static double corner(long i, long j, double seed) {
        return (Dice.hash(i * 0x1F123BB5L + j * 0x9E3779B97F4A7C15L + (long) (seed * 1024)) >>> 11) * 0x1p-53;
    }
}
