package dev.bramble.cli.console;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Asks the kernel how wide a terminal's window is; Java has no way to. */
final class WindowSize {
    /** The classic width, where nobody knows better. */
    private static final int COLUMNS_DEFAULT = 80;
    /** From asm-generic/ioctls.h, the same on x86 and ARM. */
    private static final long TIOCGWINSZ = 0x5413;
    /** struct winsize: four unsigned shorts, rows first. */
    private static final int WINSIZE_BYTES = 8;

    private WindowSize() {}

    static int columns(int fileDescriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(WINSIZE_BYTES, Short.BYTES);
            int result = (int) Ioctl.HANDLE.invokeExact(fileDescriptor, TIOCGWINSZ, size);
            int columns = Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, Short.BYTES));
            return result == 0 && columns > 0 ? columns : COLUMNS_DEFAULT;
        } catch (Throwable noForeignAccess) {
            return COLUMNS_DEFAULT;
        }
    }

    /** Made at first use: most commands never ask. */
    @SuppressWarnings("restricted") // the launcher allows native access
    private static final class Ioctl {
        static final MethodHandle HANDLE = Linker.nativeLinker()
                .downcallHandle(
                        Linker.nativeLinker().defaultLookup().find("ioctl").orElseThrow(),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS),
                        Linker.Option.firstVariadicArg(2));
    }
}
