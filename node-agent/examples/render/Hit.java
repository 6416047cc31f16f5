/** What a ray met first. Used again and again: the one thing here that is not immutable. */
final class Hit {
    double distance;
    int shape;
    double u;
    double v;
    boolean window;
    Vec normal;

    /** Of the ray on its way through the tree; here so that they are not made anew for every ray. */
    final double[] origin = new double[3];

    final double[] direction = new double[3];
    final double[] inverse = new double[3];
    final int[] stack = new int[64];
    final double[] entries = new double[64];

    void reset() {
        distance = Double.MAX_VALUE;
        shape = -1;
        window = false;
    }
}
