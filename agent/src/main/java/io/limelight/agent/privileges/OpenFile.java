package io.limelight.agent.privileges;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * A file that was open when this process started. The JDK gives such files no face beyond the three standard ones, and opening
 * them again by {@code /proc/self/fd} asks for the permission that this process does not have; so they are read and written by
 * the C library's own functions.
 *
 * @param descriptor its number
 */
public record OpenFile(int descriptor) {
    /** The functions, looked up when the first such file is used; most agents have none. */
    private static final class Functions {
        private static final StructLayout STATE = Linker.Option.captureStateLayout();
        private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
        private static final MethodHandle PREAD = find(
                "pread",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.JAVA_LONG));
        private static final MethodHandle WRITE = find(
                "write",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));

        @SuppressWarnings("restricted") // every program of ours is started with --enable-native-access
        private static MethodHandle find(String name, FunctionDescriptor signature) {
            Linker linker = Linker.nativeLinker();
            return linker.downcallHandle(
                    linker.defaultLookup().findOrThrow(name), signature, Linker.Option.captureCallState("errno"));
        }
    }

    /**
     * Reads at a position (pread(2)).
     *
     * @return bytes read, 0 at the end of the file
     */
    public int read(ByteBuffer into, long position) throws IOException {
        int wanted = into.remaining();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Functions.STATE);
            MemorySegment buffer = arena.allocate(Math.max(1, wanted));
            long got = (long) Functions.PREAD.invokeExact(state, descriptor, buffer, (long) wanted, position);
            if (got < 0) {
                throw failed("read", state);
            }
            into.put(buffer.asSlice(0, got).asByteBuffer());
            return (int) got;
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Writes all of it (write(2)). */
    public void write(byte[] bytes) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(Functions.STATE);
            MemorySegment buffer = arena.allocate(Math.max(1, bytes.length));
            MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, 0, bytes.length);
            for (long written = 0; written < bytes.length; ) {
                long now = (long)
                        Functions.WRITE.invokeExact(state, descriptor, buffer.asSlice(written), bytes.length - written);
                if (now < 0) {
                    throw failed("written", state);
                }
                written += now;
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private IOException failed(String how, MemorySegment state) {
        return new IOException("open file " + descriptor + " cannot be " + how + " (error "
                + (int) Functions.ERRNO.get(state, 0L) + ")");
    }
}
