package io.limelight.agent.payload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is mounted where, as the kernel tells this process (proc_pid_mountinfo(5)). */
final class MountTable {
    private static final Path FILE = Path.of("/proc/self/mountinfo");

    private final List<Mount> mounts;

    private MountTable(List<Mount> mounts) {
        this.mounts = List.copyOf(mounts);
    }

    /**
     * One mounted file system.
     *
     * @param device {@code st_dev} of every file in it
     * @param point where
     * @param options of this mount, such as {@code rw,noexec}
     * @param type such as {@code tmpfs}
     * @param source what was mounted; for memory any word
     * @param superOptions of the file system, such as {@code size=1024k,mode=700}
     */
    record Mount(long device, Path point, List<String> options, String type, String source, List<String> superOptions) {
        boolean has(String option) {
            return options.contains(option) || superOptions.contains(option);
        }
    }

    static MountTable read() throws IOException {
        return parse(Files.readString(FILE, StandardCharsets.ISO_8859_1));
    }

    /** Parses the file's text; lines that are none are left out. */
    static MountTable parse(String text) {
        List<Mount> mounts = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String[] fields = line.split(" ", -1);
            // Optional fields stand between the sixth and a single hyphen.
            int separator = Arrays.asList(fields).indexOf("-");
            if (separator < 6 || fields.length < separator + 4 || !fields[2].matches("[0-9]{1,9}:[0-9]{1,9}")) {
                continue;
            }
            mounts.add(new Mount(
                    device(fields[2]),
                    Path.of(unescaped(fields[4])),
                    List.of(fields[5].split(",", -1)),
                    fields[separator + 1],
                    unescaped(fields[separator + 2]),
                    List.of(fields[separator + 3].split(",", -1))));
        }
        return new MountTable(mounts);
    }

    /** The encoding of {@code st_dev} that makedev(3) and Java's attribute {@code unix:dev} use. */
    private static long device(String majorMinor) {
        int colon = majorMinor.indexOf(':');
        long major = Long.parseLong(majorMinor.substring(0, colon));
        long minor = Long.parseLong(majorMinor.substring(colon + 1));
        return (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
    }

    /** Space, tab, line feed and backslash stand as {@code \040} and so on; the rest is bytes in UTF-8. */
    private static String unescaped(String field) {
        byte[] bytes = field.getBytes(StandardCharsets.ISO_8859_1);
        byte[] result = new byte[bytes.length];
        int length = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\\' && i + 3 < bytes.length) {
                result[length++] = (byte) ((bytes[i + 1] - '0') << 6 | (bytes[i + 2] - '0') << 3 | bytes[i + 3] - '0');
                i += 3;
            } else {
                result[length++] = bytes[i];
            }
        }
        return new String(result, 0, length, StandardCharsets.UTF_8);
    }

    /** What is mounted at exactly this place; of several on top of each other the last, which is the visible one. */
    Optional<Mount> at(Path point) {
        return mounts.stream().filter(mount -> mount.point().equals(point)).reduce((_, later) -> later);
    }

    /** What is mounted somewhere inside the folder. */
    Optional<Mount> inside(Path folder) {
        return mounts.stream()
                .filter(mount ->
                        mount.point().startsWith(folder) && !mount.point().equals(folder))
                .findFirst();
    }
}
