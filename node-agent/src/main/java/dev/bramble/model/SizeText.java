package dev.bramble.model;

/** Bytes in words, as in job files: 1G, 1.2G, 512M, 17B. */
public final class SizeText {
    private static final String UNITS = "TGMK";

    private SizeText() {}

    /** Rounded up to a tenth of its unit, so that what is above a limit also reads so. */
    public static String rounded(long bytes) {
        for (int i = 0; i < UNITS.length(); i++) {
            long unit = 1L << (10 * (UNITS.length() - i));
            if (bytes >= unit) {
                long tenths = bytes / unit * 10 + (bytes % unit * 10 + unit - 1) / unit;
                return (tenths % 10 == 0 ? Long.toString(tenths / 10) : tenths / 10 + "." + tenths % 10)
                        + UNITS.charAt(i);
            }
        }
        return bytes + "B";
    }
}
