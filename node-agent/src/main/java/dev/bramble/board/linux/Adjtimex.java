package dev.bramble.board.linux;

import dev.bramble.model.Reading;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Asks the kernel whether anybody disciplines its calendar clock. Whoever does (systemd-timesyncd, chrony, ntpd, PTP)
 * tells the kernel the largest error that the clock may have; it grows from then on, and stands at 16 s after a boot.
 * The kernel's own flag says less: it is kept set where nobody shall write to a clock chip.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/adjtimex.2.html">adjtimex(2)</a>
 */
final class Adjtimex {
    /** The kernel's NTP_PHASE_LIMIT: by this error the clock counts as free. */
    private static final long FREE_MICROS = 16_000_000;

    /** struct timex of a 64-bit Linux. */
    private static final long TIMEX_BYTES = 208;

    private static final long MAX_ERROR_AT = 24;

    private Adjtimex() {}

    /** Found when first asked for. */
    @SuppressWarnings("restricted") // the launcher allows native access
    private static final class Call {
        static final MethodHandle HANDLE = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().find("adjtimex").orElseThrow(),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }

    /** 1 when the calendar clock is synchronised, else 0. */
    static Reading synchronised() {
        if (ValueLayout.ADDRESS.byteSize() != Long.BYTES) {
            return Reading.unknown("the kernel can be asked for its clock on 64-bit systems only");
        }
        try (Arena arena = Arena.ofConfined()) {
            // Zeros: mode 0 reads and sets nothing, so that no privilege is needed.
            MemorySegment timex = arena.allocate(TIMEX_BYTES, Long.BYTES);
            int state = (int) Call.HANDLE.invokeExact(timex);
            return state < 0
                    ? Reading.unknown("the kernel does not let this agent ask for the state of its clock")
                    : synchronised(timex.get(ValueLayout.JAVA_LONG, MAX_ERROR_AT));
        } catch (Throwable failure) {
            return Reading.unknown("the state of the kernel's clock cannot be asked for: " + failure.getMessage());
        }
    }

    /** @param maxErrorMicros by which the clock may be wrong, as the kernel has it */
    static Reading synchronised(long maxErrorMicros) {
        return Reading.known(maxErrorMicros < FREE_MICROS ? 1 : 0);
    }
}
