package dev.bramble.model;

/** What happens to a node once it is drained. */
public enum AfterDrain {
    /** It stays drained until somebody uncordons it. */
    STAY,
    /** It takes work again at once. */
    RESUME,
    /** Its board is rebooted and takes work again when it is back and well. */
    REBOOT,
    /** Its board is powered off and stays drained until somebody uncordons it. */
    POWEROFF;

    /** Whether it works again without anybody's further word. */
    public boolean comesBack() {
        return switch (this) {
            case STAY, POWEROFF -> false;
            case RESUME, REBOOT -> true;
        };
    }
}
