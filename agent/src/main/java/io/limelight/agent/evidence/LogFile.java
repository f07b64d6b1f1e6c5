package io.limelight.agent.evidence;

import io.limelight.agent.privileges.OpenFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalInt;

/** A log of the kernel that is kept open and read at positions; mostly only root may open it. */
interface LogFile extends Closeable {
    /**
     * Reads from the position on.
     *
     * @return bytes read; 0 or less at the end
     */
    int read(ByteBuffer into, long position) throws IOException;

    /**
     * Opens it, or takes what was opened for this process while it was root's.
     *
     * @param inherited number of the open file, if there is one
     */
    static LogFile open(Path path, OptionalInt inherited) throws IOException {
        if (inherited.isPresent()) {
            OpenFile file = new OpenFile(inherited.getAsInt());
            file.read(ByteBuffer.allocate(1), 0);
            return new LogFile() {
                @Override
                public int read(ByteBuffer into, long position) throws IOException {
                    return file.read(into, position);
                }

                @Override
                public void close() {
                    // It ends with the process, which cannot open it a second time.
                }
            };
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        return new LogFile() {
            @Override
            public int read(ByteBuffer into, long position) throws IOException {
                return channel.read(into, position);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }
}
