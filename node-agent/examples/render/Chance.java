/** Numbers from 0 to 1 for what lies where in the scene. */
final class Chance {
    private long state;

    Chance(long seed) {
        state = seed;
    }

    double next() {
        return (Dice.hash(state += 0x9E3779B97F4A7C15L) >>> 11) * 0x1p-53;
    }

    double around(double middle, double most) {
        return middle + (2 * next() - 1) * most;
    }
}
