/** Pairs of numbers from 0 to 1, spread evenly over a pixel's samples (Kensler's correlated multi-jittering). */
final class Dice {
    /** Later ones, some bounces on, decide too little to be worth the work. */
    private static final int SPREAD_PAIRS = 9;

    private final int samples;
    private final int columns;
    private final int pixel;
    private int sample;
    private int pair;
    double first;
    double second;

    Dice(int samples, long pixel) {
        int side = (int) Math.sqrt(samples);
        while (samples % side != 0) {
            side--;
        }
        this.samples = samples;
        this.columns = side;
        this.pixel = (int) pixel;
    }

    void sample(int number) {
        sample = number;
        pair = 0;
    }

    void pair() {
        int seed = (int) hash(pixel * 0x2545F491L + ++pair * 0x9E3779B1L);
        if (pair > SPREAD_PAIRS) {
            first = part(sample, seed);
            second = part(sample, seed ^ 0x5bd1e995);
            return;
        }
        int rows = samples / columns;
        int place = order(sample, samples, seed * 0x51633E2D);
        double column = order(place % columns, columns, seed * 0xA511E9B3);
        double row = order(place / columns, rows, seed * 0x63D83595);
        first = Math.min((place % columns + (row + part(place, seed * 0xA399D265)) / rows) / columns, 0x1.fffffp-1);
        second = Math.min((place / columns + (column + part(place, seed * 0x711AD6A5)) / columns) / rows, 0x1.fffffp-1);
    }

    /** Where {@code i} of {@code length} comes in the order of that seed. */
    private static int order(int i, int length, int seed) {
        int mask = -1 >>> Integer.numberOfLeadingZeros(length - 1 | 1);
        do {
            i ^= seed;
            i *= 0xE170893D;
            i ^= seed >>> 16;
            i ^= (i & mask) >>> 4;
            i ^= seed >>> 8;
            i *= 0x0929EB3F;
            i ^= seed >>> 23;
            i ^= (i & mask) >>> 1;
            i *= 1 | seed >>> 27;
            i *= 0x6935FA69;
            i ^= (i & mask) >>> 11;
            i *= 0x74DCB303;
            i ^= (i & mask) >>> 2;
            i *= 0x9E501CC3;
            i ^= (i & mask) >>> 2;
            i *= 0xC860A3DF;
            i &= mask;
            i ^= i >>> 5;
        } while (i >= length);
        return Integer.remainderUnsigned(i + seed, length);
    }

    private static double part(int i, int seed) {
        return (hash(i * 0x632BE5ABL + seed) >>> 11 & 0x1FFFFF) * 0x1p-21;
    }

    /** Stafford's mixing of 64 bits. */
    static long hash(long x) {
        x = (x ^ x >>> 30) * 0xBF58476D1CE4E5B9L;
        x = (x ^ x >>> 27) * 0x94D049BB133111EBL;
        return x ^ x >>> 31;
    }
}
