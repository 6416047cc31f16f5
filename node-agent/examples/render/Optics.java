/** What happens at a clear surface. */
final class Optics {
    /** Of water, fruit skin and varnish, near enough. */
    static final double INDEX = 1.4;

    private Optics() {}

    /** Share of the light that a clear surface mirrors (Schlick). */
    static double mirrored(double cosine, boolean fromWithin) {
        double c = cosine;
        if (fromWithin) {
            double s = INDEX * INDEX * (1 - c * c);
            if (s >= 1) {
                return 1;
            }
            c = Math.sqrt(1 - s);
        }
        double straight = (INDEX - 1) / (INDEX + 1);
        double m = Math.max(0, 1 - c);
        return straight * straight + (1 - straight * straight) * m * m * m * m * m;
    }

    static Vec mirror(Vec direction, Vec facing) {
        return direction.minus(facing.times(2 * direction.dot(facing)));
    }

    /** The direction beyond a clear surface; null when nothing gets through. */
    static Vec bent(Vec direction, Vec facing, double ratio) {
        double c = -direction.dot(facing);
        double s = 1 - ratio * ratio * (1 - c * c);
        return s < 0
                ? null
                : direction
                        .times(ratio)
                        .plus(facing.times(ratio * c - Math.sqrt(s)))
                        .unit();
    }
}
